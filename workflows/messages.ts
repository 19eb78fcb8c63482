import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, log } from '@temporalio/workflow';
import { z } from 'zod';
import { clip } from '../src/model/clip.ts';
import type { OrgSyncProgress } from '../src/model/progress.ts';
import { rowCountsSchema } from '../src/model/schemas.ts';
import { STAGES } from '../src/model/stages.ts';
import { describeProblems } from './describe-problems.ts';

/** Returns the progress of an `orgSync`. */
export const progressQuery = defineQuery<OrgSyncProgress>('progress');

/** Pauses an `orgSync` or a `repoSync` at the end of its current batch, until `resume`. */
export const pauseSignal = defineSignal('pause');

/** Resumes a paused run. */
export const resumeSignal = defineSignal('resume');

/** Sent by a `repoSync` to its parent when a stage takes long enough to be shown. */
export const repositoryProgressSignal = defineSignal<[unknown?]>('repositoryProgress');

/** Bytes kept of a reason: the answer of the progress query has one for each running repository. */
const REASON_BYTES = 500;

/** The progress of a `repoSync`. Its parent knows the name of the repository. */
const repositoryProgress = z.object({
  workflowId: z.string(),
  stage: z.enum([...STAGES, 'prepare', 'finish']),
  rows: rowCountsSchema,
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
 * Parses the argument of a `repositoryProgress` signal, which any client may send.
 * @returns undefined, after a warning in the workflow's log, if it is invalid.
 */
export function parseRepositoryProgress(argument: unknown): RepositoryProgress | undefined {
  const { data, error } = repositoryProgress.safeParse(argument);
  if (error === undefined) return data;
  const problems = describeProblems(error, 'argument').map((problem) => clip(problem, REASON_BYTES));
  log.warn('ignored a repositoryProgress signal whose argument is invalid', { problems });
  return undefined;
}

export const providerAttribute = defineSearchAttributeKey('OrgSyncProvider', SearchAttributeType.KEYWORD);
export const ownerAttribute = defineSearchAttributeKey('OrgSyncOwner', SearchAttributeType.KEYWORD);
export const repositoryAttribute = defineSearchAttributeKey('OrgSyncRepo', SearchAttributeType.KEYWORD);

/** Bytes of a keyword that every visibility store of Temporal accepts: PostgreSQL and MySQL have columns of 255. */
const KEYWORD_BYTES = 255;

/** Clips the value of a search attribute: the server would make the worker retry a longer one forever. */
export function clipAttribute(text: string): string {
  return clip(text, KEYWORD_BYTES);
}
