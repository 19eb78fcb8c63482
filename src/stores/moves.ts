import type { TableName } from '../schema/tables.ts';
import { FACT_TABLES } from '../schema/tables.ts';

/** Tables in which a repository that was ever synced has rows. */
export const SYNCED_TABLES: readonly TableName[] = [...FACT_TABLES.filter((table) => table !== 'repos'), 'sync_state'];

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
 * @param tables Those with a `repoId`.
 * @param taken Whether there are rows under the id to move to.
 */
export function moveSteps(tables: readonly TableName[], taken: boolean): MoveStep[] {
  // A lease says whether rows are in doubt, and whoever holds it may write no more under the former id.
  const moves = (table: TableName) => table === 'sync_runs' || (!taken && (table === 'sync_leases' || SYNCED_TABLES.includes(table)));
  // By its state the stage takes its rows for whole.
  const others = tables.filter((table) => table !== 'sync_state');
  return [
    ...(taken ? [{ table: 'sync_state', key: 'repoId', kind: 'delete', of: 'to' } as const] : []),
    ...[...others, 'sync_state' as const].map((table): MoveStep => ({ table, key: 'repoId', kind: moves(table) ? 'move' : 'delete', of: 'from' })),
    { table: 'repos', key: 'id', kind: 'move', of: 'from' },
  ];
}
