import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, log } from '@temporalio/workflow';
import { z } from 'zod';
import { clip } from '../src/model/clip.ts';
import type { OrgSyncProgress } from '../src/model/progress.ts';
import { STAGES } from '../src/model/stages.ts';
import { FACT_TABLES } from '../src/schema/tables.ts';

/** How far a run of `orgSync` is. */
export const progressQuery = defineQuery<OrgSyncProgress>('progress');

/** Stops a run at the end of the batch in hand, until `resume`. Understood by `orgSync` and `repoSync`. */
export const pauseSignal = defineSignal('pause');

/** Lets a paused run go on. */
export const resumeSignal = defineSignal('resume');

/** Sent by a `repoSync` to the `orgSync` above it when a stage takes long enough to be worth showing. */
export const repositoryProgressSignal = defineSignal<[unknown?]>('repositoryProgress');

/** Bytes of a reason that are kept: one for each running repository travels in the answer of the progress query. */
const REASON_BYTES = 500;

const count = z.int().nonnegative();

/** What a `repoSync` tells of itself; its name is known to whoever started it. */
const repositoryProgress = z.object({
  workflowId: z.string(),
  stage: z.enum([...STAGES, 'prepare', 'finish']),
  rows: z.partialRecord(z.enum(FACT_TABLES), count),
  pause: z
    .object({
      reason: z.string().transform((text) => clip(text, REASON_BYTES)),
      until: z.iso.datetime().optional(),
    })
    .optional(),
});

/** Argument of {@link repositoryProgressSignal}. */
export type RepositoryProgress = z.infer<typeof repositoryProgress>;

/**
 * The argument of a `repositoryProgress` signal, which anybody may send.
 * @returns undefined, after a warning in the workflow's log, where it isn't one.
 */
export function parseRepositoryProgress(argument: unknown): RepositoryProgress | undefined {
  const { data, error } = repositoryProgress.safeParse(argument);
  if (error === undefined) return data;
  const problems = error.issues.map(({ path, message }) => clip(`${path.map(String).join('.') || 'argument'}: ${message}`, REASON_BYTES));
  log.warn('ignored a repositoryProgress signal whose argument is invalid', { problems: problems.slice(0, MAX_PROBLEMS) });
  return undefined;
}

const MAX_PROBLEMS = 10;

export const providerAttribute = defineSearchAttributeKey('OrgSyncProvider', SearchAttributeType.KEYWORD);
export const ownerAttribute = defineSearchAttributeKey('OrgSyncOwner', SearchAttributeType.KEYWORD);
export const repositoryAttribute = defineSearchAttributeKey('OrgSyncRepo', SearchAttributeType.KEYWORD);

/** Bytes of a keyword that every store of Temporal's visibility takes: PostgreSQL and MySQL have columns of 255. */
const KEYWORD_BYTES = 255;

/** A value for a search attribute: one that is too long would be tried for ever. */
export function attributeValue(text: string): string {
  return clip(text, KEYWORD_BYTES);
}
