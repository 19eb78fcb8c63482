import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';
import { clip } from '../src/model/clip.ts';
import type { OrgSyncProgress, RunningRepository } from '../src/model/progress.ts';

/** How far a run of `orgSync` is. */
export const progressQuery = defineQuery<OrgSyncProgress>('progress');

/** Stops a run at the end of the batch in hand, until `resume`. Understood by `orgSync` and `repoSync`. */
export const pauseSignal = defineSignal('pause');

/** Lets a paused run go on. */
export const resumeSignal = defineSignal('resume');

/** Sent by a `repoSync` to the `orgSync` above it when a stage takes long enough to be worth showing. */
export const repositoryProgressSignal = defineSignal<[RunningRepository?]>('repositoryProgress');

export const providerAttribute = defineSearchAttributeKey('OrgSyncProvider', SearchAttributeType.KEYWORD);
export const ownerAttribute = defineSearchAttributeKey('OrgSyncOwner', SearchAttributeType.KEYWORD);
export const repositoryAttribute = defineSearchAttributeKey('OrgSyncRepo', SearchAttributeType.KEYWORD);

/** Bytes of a keyword that every store of Temporal's visibility takes: PostgreSQL and MySQL have columns of 255. */
const KEYWORD_BYTES = 255;

/** A value for a search attribute: one that is too long would be tried for ever. */
export function attributeValue(text: string): string {
  return clip(text, KEYWORD_BYTES);
}
