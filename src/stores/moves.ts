import { FACT_TABLES, type TableName } from '../schema/tables.ts';
import { hasColumn, STORED_TABLES } from './tables.ts';

/** Tables in which a repository that was ever synced has rows. */
export const SYNCED_TABLES: readonly TableName[] = [...FACT_TABLES.filter((table) => table !== 'repos'), 'sync_state'];

/** Tables with the id of a repository in each row; last the one by which a stage takes its rows for complete. */
const REPOSITORY_TABLES: readonly TableName[] = [
  ...Object.values(STORED_TABLES)
    .filter((table) => hasColumn(table, 'repoId') && table.name !== 'sync_state')
    .map(({ name }) => name),
  'sync_state',
];

/** What is done to the rows of one table. */
export interface MoveStep {
  table: TableName;
  /** Property that holds the repository's id. */
  key: 'id' | 'repoId';
  /** Rows move unless there is one of the same key, which stays; either way none is left. */
  kind: 'move' | 'delete';
  of: 'from' | 'to';
}

/**
 * The steps of `Store.moveRepository`, in an order in which they may be cut off and done again.
 * @param taken Whether there are rows under the id to move to.
 */
export function moveSteps(taken: boolean): MoveStep[] {
  // A lease says whether rows are in doubt, and whoever holds it may write no more under the former id.
  const moves = (table: TableName) => table === 'sync_runs' || (!taken && (table === 'sync_leases' || SYNCED_TABLES.includes(table)));
  return [
    ...(taken ? [{ table: 'sync_state', key: 'repoId', kind: 'delete', of: 'to' } as const] : []),
    ...REPOSITORY_TABLES.map((table): MoveStep => ({ table, key: 'repoId', kind: moves(table) ? 'move' : 'delete', of: 'from' })),
    { table: 'repos', key: 'id', kind: 'move', of: 'from' },
  ];
}
