import type { Pin } from '../src/model/activities.ts';
import type { RepositoryOptions } from '../src/model/input.ts';
import { type ListedRepository, UNFINISHED } from '../src/model/repository.ts';
import { isAlone, type Stage } from '../src/model/stages.ts';
import { hasSkipped } from '../src/providers/skipped.ts';
import { PARTIAL } from '../src/providers/source.ts';
import { UNFINISHED_TIPS } from '../src/providers/stage.ts';
import type { StoredSyncState } from '../src/schema/sync-state.ts';
import { optionsKey } from './options-key.ts';

/** What a stage was made from, kept with its saved state: as long as it's the same, the stage has nothing to do. */
export interface StageFingerprint {
  options: string;
  /** Of all refs; of no meaning to a stage that doesn't read git. */
  digest?: string;
  /** What the listing told. */
  probe?: string;
}

/** Whether a stage asks the code host instead of git. */
export function asksHost(stage: Stage, { hosted }: ListedRepository): boolean {
  return stage === 'pull-requests' && hosted !== undefined;
}

/** @param pin The repository's pinned state. */
export function fingerprintStage(stage: Stage, repository: ListedRepository, options: RepositoryOptions, { digest, head }: Pin): StageFingerprint {
  const ofHost = asksHost(stage, repository);
  const probe = ofHost || isOfListed(repository, head) ? probeOf(stage, repository) : undefined;
  return { options: optionsKey(options), ...(ofHost ? {} : { digest }), ...(probe === undefined ? {} : { probe }) };
}

/**
 * Whether what was fetched is what was listed, as far as the listing tells. It isn't where there was a push meanwhile,
 * a server was behind, or another repository has taken the name: then the probe says nothing about it.
 */
function isOfListed({ hosted }: ListedRepository, head: string | null): boolean {
  return hosted?.head === head || (hosted?.head === null && hosted.ref !== null);
}

/** Whether a stage that was saved with a state would read the same again. */
export function isUpToDate(
  stage: Stage,
  repository: ListedRepository,
  options: RepositoryOptions,
  state: StoredSyncState | null,
  now: StageFingerprint,
): boolean {
  if (state?.cursor['options'] !== now.options || isUncertain(stage, options, state)) return false;
  return asksHost(stage, repository) ? isSame(state.cursor['probe'], now.probe) : state.cursor['digest'] === now.digest;
}

/** Whether the listing alone tells that a stage that was saved with a state would read the same again. */
export function isUntouched(stage: Stage, repository: ListedRepository, options: RepositoryOptions, state: StoredSyncState | null | undefined): boolean {
  if (state?.cursor['options'] !== optionsKey(options) || isUncertain(stage, options, state)) return false;
  return isSame(state.cursor['probe'], probeOf(stage, repository));
}

/**
 * Whether there may be more to do than what is new: a later run wrote rows and didn't come to its end, or may have written
 * after it lost its lease, the run that saved the state had no git folder, and this one has, or it skipped items.
 */
function isUncertain(stage: Stage, options: RepositoryOptions, { cursor, doubtful }: StoredSyncState): boolean {
  if (doubtful === true || hasSkipped(cursor)) return true;
  return cursor[UNFINISHED_TIPS] !== undefined || (cursor[PARTIAL] === true && !isAlone(stage, options.stages));
}

function isSame(saved: unknown, now: string | undefined): boolean {
  return now !== undefined && now !== UNFINISHED && saved === now;
}

function probeOf(stage: Stage, { probe }: ListedRepository): string | undefined {
  return stage === 'pull-requests' ? probe?.pullRequests : probe?.git;
}
