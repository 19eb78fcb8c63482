import { instant, integer, json, nullable, text, uuid } from './column.ts';
import { REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const syncState = defineTable({
  name: 'sync_state',
  key: ['repoId', 'stage'],
  columns: {
    repoId: uuid(REPO_ID),
    stage: text('name of the stage'),
    cursor: json<Record<string, unknown>>('{}', "the stage's own"),
    headHash: nullable(text('the head that the stage read')),
    watermark: instant('when the run began that wrote it'),
    updatedAt: instant('when it was written'),
    token: integer('of the lease that it was saved under'),
  },
});

export type SyncStateRecord = RecordOf<typeof syncState>;

/** What the next sync of a stage starts from. */
export type SyncState = Pick<SyncStateRecord, 'cursor' | 'headHash' | 'watermark'>;

/** A state as it is stored. */
export interface StoredSyncState extends SyncState {
  /** Token of the lease that it was saved under; 0 where an older version saved it. */
  token: number;
  /** Set where a run may have written rows after it lost its lease: the stage has to be read in full. */
  doubtful?: true;
}
