import { Ajv } from 'ajv';
import { absolute, complain, document } from './openapi.ts';

/** OpenAPI 3.0 has `nullable` beside references and alternatives too, where JSON Schema wants an alternative of its own. */
function withNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNull);
  if (typeof value !== 'object' || value === null) return value;
  const plain = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withNull(child)]));
  if (plain['nullable'] !== true || 'type' in plain) return plain;
  delete plain['nullable'];
  return { anyOf: [plain, { type: 'null' }] };
}

let ajv: Ajv | undefined;

/** What of an answer differs from GitHub's description of it; for tests of the server itself. */
export function responseViolations(method: string, template: string, status: number, body: unknown): string[] {
  const schema = document.paths[template]?.[method.toLowerCase()]?.responses[status]?.content?.['application/json']?.schema;
  if (!schema) return [`${method} ${template} ${status} is not described`];
  ajv ??= new Ajv({ strict: false, validateFormats: false, allErrors: true, validateSchema: false }).addSchema(withNull(document) as object, 'github');
  return complain(ajv.compile(absolute(withNull(schema))), 'answer', body);
}
