import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Record<string, unknown>;
}

export interface Operation {
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { parameters: Record<string, Parameter>; examples: Record<string, { value: unknown }> };
}

/** GitHub's own description of its REST API, of an Enterprise Server. */
const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/ghes-3.19.json');
export const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: true, allErrors: true, validateSchema: false });
ajv.addSchema(document, 'github');

/** Schemas refer to the document they were taken out of, which validators know as `github`. */
export const absolute = (schema: unknown): object => JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"github#/'));
// A ref or a path has slashes of its own.
const segment = (text: string) =>
  text
    .replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${name === 'ref' || name === 'path' ? '.+' : '[^/]+'})`);
const templates = Object.keys(document.paths)
  // Fixed words win over parameters: /user/repos over /user/{id}.
  .toSorted((a, b) => a.split('{').length - b.split('{').length)
  .map((template) => ({ template, pattern: new RegExp(`^${segment(template)}$`) }));

/** An example that GitHub gives of an answer, as a value of one's own. */
export const example = (name: string): unknown => structuredClone(document.components.examples[name]?.value);

/** The operation that a request is for, with the parameters of its path. */
export function findOperation(method: string, path: string): { template: string; params: Record<string, string> } | undefined {
  for (const { template, pattern } of templates) {
    const found = document.paths[template]?.[method.toLowerCase()] && pattern.exec(path);
    if (found) return { template, params: Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])) };
  }
  return undefined;
}

const validators = new Map<string, ValidateFunction>();
function validator(key: string, schema: () => object): ValidateFunction {
  const known = validators.get(key);
  if (known) return known;
  const made = ajv.compile(absolute(schema()));
  validators.set(key, made);
  return made;
}

const parameters = (operation: Operation): Parameter[] =>
  (operation.parameters ?? []).map((parameter) =>
    '$ref' in parameter ? (document.components.parameters[parameter.$ref.split('/').at(-1) ?? ''] as Parameter) : parameter,
  );

/** The description gives these limits in words only. */
const BOUNDS: Record<string, object> = { per_page: { minimum: 1, maximum: 100 }, page: { minimum: 1 } };

function schemaOf(operation: Operation, where: 'query' | 'path'): object {
  const own = parameters(operation).filter((parameter) => parameter.in === where);
  return {
    type: 'object',
    properties: Object.fromEntries(own.map(({ name, schema }) => [name, where === 'query' ? { ...schema, ...BOUNDS[name] } : schema])),
    required: own.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** Complaints of a validator, in words. */
export const complain = (validate: ValidateFunction, what: string, value: unknown): string[] =>
  validate(value) ? [] : (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);

/** What the description of an operation doesn't allow about a request for it. */
export function requestViolations(
  method: string,
  template: string,
  request: { params: Record<string, string>; query: Record<string, string>; body: unknown },
): string[] {
  const operation = document.paths[template]?.[method.toLowerCase()];
  if (!operation) return [`${method} ${template} is not described`];
  const key = `${method} ${template}`;
  const problems = [
    ...complain(
      validator(`${key} path`, () => schemaOf(operation, 'path')),
      'path',
      { ...request.params },
    ),
    ...complain(
      validator(`${key} query`, () => schemaOf(operation, 'query')),
      'query',
      { ...request.query },
    ),
  ];
  const body = operation.requestBody?.content['application/json']?.schema;
  if (request.body === undefined) return problems;
  if (!body) return [...problems, 'a body where none is described'];
  return [
    ...problems,
    ...complain(
      validator(`${key} body`, () => body),
      'body',
      structuredClone(request.body),
    ),
  ];
}
