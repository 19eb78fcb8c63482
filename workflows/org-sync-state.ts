import { z } from 'zod';
import type { FailedRepository, RowCounts } from '../src/model/progress.ts';
import { PROVIDERS } from '../src/model/providers.ts';
import type { ListedRepository } from '../src/model/repository.ts';
import { countSchema, rowCountsSchema } from '../src/model/schemas.ts';

/** What an `orgSync` has done so far. A run passes it to the run it continues as. */
export interface OrgSyncState {
  /** Listed, but not started. */
  waiting: ListedRepository[];
  /** Where the next page begins; undefined before the first page, null after the last one. */
  after?: string | null | undefined;
  counts: { listed: number; done: number; failed: number };
  rows: RowCounts;
  failures: FailedRepository[];
  paused: boolean;
  /** Database that the first page was listed for. */
  databaseId?: string | undefined;
  /** Times that the run has started over because the database was replaced. */
  restarts: number;
}

/** The other fields are checked by the `repoSync` that gets the repository as its input. */
const waitingRepository = z.looseObject({
  provider: z.enum(PROVIDERS),
  id: z.string(),
  host: z.string(),
  name: z.string(),
  url: z.string().nullable(),
}) as z.ZodType<ListedRepository>;

/** Schema of {@link OrgSyncState}, as runs of every version since 0.1.0 pass it on. */
export const orgSyncStateSchema: z.ZodType<OrgSyncState> = z.object({
  waiting: z.array(waitingRepository),
  after: z.string().nullish(),
  counts: z.object({ listed: countSchema, done: countSchema, failed: countSchema }),
  rows: rowCountsSchema,
  failures: z.array(z.object({ repository: z.string(), reason: z.string() })),
  paused: z.boolean(),
  databaseId: z.string().optional(),
  restarts: countSchema,
});

/** The state of an `orgSync` that has done nothing. */
export function createOrgSyncState(paused = false, restarts = 0): OrgSyncState {
  return { waiting: [], counts: { listed: 0, done: 0, failed: 0 }, rows: {}, failures: [], paused, restarts };
}
