import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { gitHubError } from './errors.ts';

/**
 * What a query asks for before it is executed.
 * @see https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export interface Cost {
  points: number;
  nodes: number;
  /** The largest page of the outermost connections. */
  pageSize: number;
}

const MAX_NODES = 500_000;

/** Fields that a classic token needs a scope for, any of those named. */
const SCOPES: Record<string, string[]> = {
  'Organization.teams': ['read:org'],
  'Organization.auditLog': ['admin:org'],
  'User.email': ['user:email', 'read:user'],
};

export interface CostOptions {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
  /** Of a classic token; null for others. */
  scopes: readonly string[] | null;
}

/** Throws GitHub's error for a query that goes beyond its limits. */
export function costOf({ schema, operation, fragments, variables, scopes }: CostOptions): Cost {
  let [calls, nodes, pageSize] = [0, 0, 0];

  function walk(selections: SelectionSetNode, parent: GraphQLCompositeType, times: number, outermost: boolean): void {
    for (const selection of selections.selections) {
      if (selection.kind === 'Field') field(selection, parent, times, outermost);
      else if (selection.kind === 'InlineFragment') walk(selection.selectionSet, typeOf(selection.typeCondition?.name.value) ?? parent, times, outermost);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment) walk(fragment.selectionSet, typeOf(fragment.typeCondition.name.value) ?? parent, times, outermost);
      }
    }
  }

  function typeOf(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  function field(node: FieldNode, parent: GraphQLCompositeType, times: number, outermost: boolean): void {
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!definition) return;
    checkScopes(`${parent.name}.${node.name.value}`);
    const type = getNamedType(definition.type);
    if (!node.selectionSet || !isCompositeType(type)) return;
    const rows = rowsOf(node, definition);
    if (rows === undefined) {
      walk(node.selectionSet, type, times, outermost);
      return;
    }
    calls += times;
    nodes += times * rows;
    if (outermost) pageSize = Math.max(pageSize, rows);
    walk(node.selectionSet, type, times * rows, false);
  }

  /** Undefined where a field isn't a list of nodes. */
  function rowsOf(node: FieldNode, definition: GraphQLField<unknown, unknown>): number | undefined {
    const values = getArgumentValues(definition, node, variables);
    const { name } = definition;
    if (Array.isArray(values['ids'])) {
      if (values['ids'].length > 100) throw gitHubError('ARGUMENT_LIMIT', `You may not provide more than 100 node ids; you provided ${values['ids'].length}.`);
      return values['ids'].length;
    }
    if (!getNamedType(definition.type).name.endsWith('Connection')) return undefined;
    const bounds = (['first', 'last'] as const).filter((bound) => typeof values[bound] === 'number');
    for (const bound of bounds) {
      const rows = values[bound] as number;
      if (rows > 100) {
        throw gitHubError('EXCESSIVE_PAGINATION', `Requesting ${rows} records on the \`${name}\` connection exceeds the \`${bound}\` limit of 100 records.`);
      }
      if (rows < 1) throw gitHubError('INSUFFICIENT_PAGINATION', `\`${bound}\` on the \`${name}\` connection must be at least 1.`);
    }
    const rows = bounds[0] === undefined ? undefined : (values[bounds[0]] as number);
    if (rows === undefined && selectsRows(node)) {
      throw gitHubError('MISSING_PAGINATION_BOUNDARIES', `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`);
    }
    return rows;
  }

  // A connection that is only counted needs no bounds.
  function selectsRows(node: { selectionSet?: SelectionSetNode | undefined }): boolean {
    return (node.selectionSet?.selections ?? []).some((selection) => {
      if (selection.kind === 'Field') return ['nodes', 'edges', 'pageInfo'].includes(selection.name.value);
      return selectsRows(selection.kind === 'InlineFragment' ? selection : (fragments.get(selection.name.value) ?? {}));
    });
  }

  function checkScopes(name: string): void {
    const needed = SCOPES[name];
    if (!scopes || !needed || needed.some((scope) => scopes.includes(scope))) return;
    const list = (names: readonly string[]) => `[${names.map((scope) => `'${scope}'`).join(', ')}]`;
    throw gitHubError(
      'INSUFFICIENT_SCOPES',
      `Your token has not been granted the required scopes to execute this query. The '${name.split('.')[1]}' field requires one of the following scopes: ${list(needed)}, but your token has only been granted the: ${list(scopes)} scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
    );
  }

  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (root) walk(operation.selectionSet, root, 1, true);
  if (nodes > MAX_NODES) {
    const message = `This query requests up to ${nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of ${MAX_NODES.toLocaleString('en')}.`;
    throw gitHubError('MAX_NODE_LIMIT_EXCEEDED', message);
  }
  return { points: Math.max(1, Math.round(calls / 100)), nodes, pageSize };
}
