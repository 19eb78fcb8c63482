import { type DocumentNode, execute, GraphQLError, getOperationAST, getVariableValues, Kind, parse, validate } from 'graphql';
import type { Caller } from '../access.ts';
import type { GraphContext } from './context.ts';
import { type Cost, costOf } from './cost.ts';
import { resolveField } from './defaults.ts';
import { formatError } from './errors.ts';
import { rootNode } from './root.ts';
import { schema } from './schema.ts';

/** A GraphQL request that may be executed, or the errors that keep it from it. */
export type Prepared =
  | { document: DocumentNode; operationName: string | undefined; variables: Record<string, unknown>; cost: Cost; errors?: undefined }
  | { errors: Record<string, unknown>[] };

/** The errors of a request are answered with status 200 and no data. */
export function prepare(body: unknown, caller: Caller): Prepared {
  const { query, variables, operationName } = (body ?? {}) as { query?: unknown; variables?: Record<string, unknown> | null; operationName?: string | null };
  if (typeof query !== 'string') return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] };
  try {
    const document = parse(query);
    const invalid = validate(schema, document);
    if (invalid.length > 0) return { errors: invalid.map(formatError) };
    const operation = getOperationAST(document, operationName);
    if (!operation) return { errors: [{ message: 'No operation is named that way, or one of several has to be named.' }] };
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
    if (errors) return { errors: errors.map(formatError) };
    const fragments = new Map(
      document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])),
    );
    const scopes = caller.type === 'token' && caller.token.kind === 'personal' ? caller.token.scopes : null;
    const cost = costOf({ schema, operation, fragments, variables: coerced, scopes });
    return { document, operationName: operationName ?? undefined, variables: variables ?? {}, cost };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [formatError(error)] };
    throw error;
  }
}

/** Data and errors as GitHub answers them. */
export async function run(prepared: Extract<Prepared, { errors?: undefined }>, context: GraphContext): Promise<Record<string, unknown>> {
  const result = await execute({
    schema,
    document: prepared.document,
    operationName: prepared.operationName ?? null,
    variableValues: prepared.variables,
    rootValue: rootNode(context),
    contextValue: context,
    fieldResolver: resolveField,
  });
  return { data: result.data ?? null, ...(result.errors && { errors: result.errors.map(formatError) }) };
}

/** Takes the second half of the outermost rows away, as GitHub does when a query took too much of it. */
export function exceedResources(result: Record<string, unknown>): Record<string, unknown> {
  const errors: unknown[] = [];
  const visit = (value: unknown, path: (string | number)[]): boolean => {
    if (Array.isArray(value)) {
      for (let index = Math.floor(value.length / 2); index < value.length; index++) {
        value[index] = null;
        errors.push({ type: 'RESOURCE_LIMITS_EXCEEDED', path: [...path, index], message: 'Resource limits for this query exceeded.' });
      }
      return true;
    }
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([name, child]) => visit(child, [...path, name]));
  };
  const copy = structuredClone(result);
  visit(copy['data'], []);
  return { ...copy, errors };
}
