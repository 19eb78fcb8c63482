import { instant, integer, nullable, text, uuid } from './column.ts';
import { REPO_ID } from './last-synced.ts';
import { defineTable } from './table.ts';

export const syncLeases = defineTable({
  name: 'sync_leases',
  key: ['repoId', 'stage'],
  columns: {
    repoId: uuid(REPO_ID),
    stage: text('name of the stage'),
    holder: text('workflow id and run id of the run that may write the stage'),
    token: integer('grows each time the lease is acquired'),
    since: integer('the token with which the holder took the lease from another run'),
    writes: integer('batches written; a run that finds fewer than it wrote fails, because the database was restored from a backup'),
    expiresAt: nullable(instant("by the database's clock; null once the lease was released")),
  },
});
