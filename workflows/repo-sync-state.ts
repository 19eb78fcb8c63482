import { z } from 'zod';
import type { Pin, StageCursor } from '../src/model/activities.ts';
import type { RowCounts } from '../src/model/progress.ts';
import { countSchema, pinSchema, rowCountsSchema, stageCursorSchema, stageSchema } from '../src/model/schemas.ts';
import type { Stage } from '../src/model/stages.ts';

/** What a `repoSync` has done so far. A run passes it to the run it continues as, so fields keep the names of version 0.1.0. */
export interface RepoSyncState {
  pin?: Pin | undefined;
  /** Stages that have ended. */
  ended: Stage[];
  /** Cursors of the stages that were stopped. */
  left: StageCursor[];
  rows: RowCounts;
  /** Times that workers refused a stage because they hadn't prepared the repository. */
  refusals: number;
  /** Times that a stage found its clone damaged. */
  damages: number;
  paused: boolean;
  /** Notifications sent to the parent. */
  told: number;
  /** What ended stages skipped, by stage. Version 0.1.0 doesn't pass it on. */
  incomplete?: [Stage, string][] | undefined;
}

/** Schema of {@link RepoSyncState}, as runs of every version since 0.1.0 pass it on. */
export const repoSyncStateSchema: z.ZodType<RepoSyncState> = z.object({
  pin: pinSchema.optional(),
  ended: z.array(stageSchema),
  left: z.array(stageCursorSchema),
  rows: rowCountsSchema,
  refusals: countSchema,
  damages: countSchema,
  paused: z.boolean(),
  told: countSchema,
  incomplete: z.array(z.tuple([stageSchema, z.string()])).optional(),
});
