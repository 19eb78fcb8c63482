import type { StoredSyncState, SyncState } from '../schema/sync-state.ts';
import type { TableRecords } from '../schema/tables.ts';
import type { StoredState } from './store.ts';

type StateRow = TableRecords['sync_state'];

/** The row of a state that is saved now. */
export const rowOf = (repoId: string, stage: string, { cursor, headHash, watermark }: SyncState, token: number): StateRow => ({
  repoId,
  stage,
  cursor,
  headHash,
  watermark,
  token,
  updatedAt: new Date(),
});

/** What the rows say; none is read without its repository and stage. Documents of an older version have no token. */
export const storedStates = (rows: readonly StateRow[]): StoredState[] => rows.map(({ updatedAt, ...state }) => ({ ...state, token: state.token ?? 0 }));

/** What the row of one stage says, where there is one. */
export function stateIn([row]: readonly StateRow[]): StoredSyncState | null {
  return row === undefined ? null : { cursor: row.cursor, headHash: row.headHash, watermark: row.watermark, token: row.token ?? 0 };
}
