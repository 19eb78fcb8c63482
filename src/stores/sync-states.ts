import type { SyncState } from '../model/records.ts';
import type { Stage } from '../model/stages.ts';
import type { Rows } from './entities/rows.ts';
import type { StoredState } from './store.ts';

type StateRow = Rows['sync_state'];

/** The row of a stage that has ended now. */
export const rowOf = (repoId: string, stage: Stage, state: SyncState): StateRow => ({ ...state, repoId, stage, updatedAt: new Date() });

/** What the rows say; none is read without its repository and stage. */
export const storedStates = (rows: readonly StateRow[]): StoredState[] => rows.map(({ updatedAt, ...state }) => state);

/** What the row of one stage says, where there is one. */
export function stateIn([row]: readonly StateRow[]): SyncState | null {
  return row === undefined ? null : { cursor: row.cursor, headHash: row.headHash, watermark: row.watermark };
}
