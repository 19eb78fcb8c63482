import { instant, integer, nullable, text, uuid } from './column.ts';
import { REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const syncRuns = defineTable({
  name: 'sync_runs',
  key: ['workflowId', 'runId', 'repoId', 'stage'],
  columns: {
    workflowId: text('workflow id in Temporal'),
    runId: text('run id in Temporal'),
    repoId: uuid(REPO_ID),
    stage: text('name of the stage, or `prepare` where the repository could not be opened'),
    startedAt: instant('when the run of the stage began'),
    endedAt: nullable(instant('null while it is running')),
    rows: integer('rows read from the source'),
    status: text<'running' | 'completed' | 'incomplete' | 'cancelled' | 'failed'>(
      '`running`, `completed`, `incomplete` (items were skipped; `error` says which), `cancelled`, `failed`',
    ),
    error: nullable(text('why it did not complete')),
  },
});

/** One run of one stage of one repository. */
export type SyncRunRecord = RecordOf<typeof syncRuns>;
