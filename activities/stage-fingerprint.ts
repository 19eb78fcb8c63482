import { z } from 'zod';
import type { Pin } from '../src/model/activities.ts';
import type { RepositoryOptions } from '../src/model/input.ts';
import { type ListedRepository, UNFINISHED } from '../src/model/repository.ts';
import { optionsKey } from './options-key.ts';
import type { SourceStage, StageState } from './stages/source-stage.ts';

const stageFingerprint = z.object({
  /** The options that the rows depend on. */
  options: z.string(),
  /** Digest of all refs; absent where the stage reads the API. */
  digest: z.string().optional(),
  /** What the listing told. */
  probe: z.string().optional(),
});

/** What a stage was made from, saved with its cursor: as long as it's the same, the stage has nothing to do. */
export type StageFingerprint = z.infer<typeof stageFingerprint>;

/** Returns the fingerprint in a saved cursor; undefined where there is none. */
export function parseFingerprint(cursor: unknown): StageFingerprint | undefined {
  return stageFingerprint.safeParse(cursor).data;
}

/**
 * Returns the fingerprint of a stage.
 * @param pin The repository's pinned state.
 */
export function fingerprintStage(stage: SourceStage, repository: ListedRepository, options: RepositoryOptions, { digest, head }: Pin): StageFingerprint {
  const readsApi = stage.reads === 'api';
  const probe = readsApi || isAsListed(repository, head) ? repository.probe?.[stage.probe] : undefined;
  return { options: optionsKey(options), ...(readsApi ? {} : { digest }), ...(probe === undefined ? {} : { probe }) };
}

/**
 * Returns whether what was fetched is what was listed, as far as the listing tells. It isn't after a push in between,
 * where a server was behind, or where another repository has taken the name: then the probe says nothing about it.
 */
function isAsListed({ hosted }: ListedRepository, head: string | null): boolean {
  return hosted?.head === head || (hosted?.head === null && hosted.ref !== null);
}

/**
 * Returns whether a stage would read the same as in its last run.
 * @param now The fingerprint of what it would read.
 * @param hasGitFolder Whether the run has a git folder.
 */
export function isUpToDate(stage: SourceStage, state: StageState, now: StageFingerprint, hasGitFolder: boolean): boolean {
  const { fingerprint } = state;
  if (fingerprint.options !== now.options || needsRun(stage, state, hasGitFolder)) return false;
  return stage.reads === 'api' ? isSameProbe(fingerprint.probe, now.probe) : fingerprint.digest === now.digest;
}

/** Returns whether the listing alone shows that a stage would read the same as in its last run. */
export function isUnchangedByListing(
  stage: SourceStage,
  repository: ListedRepository,
  options: RepositoryOptions,
  state: StageState | null,
  hasGitFolder: boolean,
): boolean {
  if (state?.fingerprint.options !== optionsKey(options) || needsRun(stage, state, hasGitFolder)) return false;
  return isSameProbe(state.fingerprint.probe, repository.probe?.[stage.probe]);
}

/** Returns whether a run may have written rows after it lost its lease, or left work to the next one. */
function needsRun(stage: SourceStage, { own, doubtful }: StageState, hasGitFolder: boolean): boolean {
  return doubtful === true || stage.hasUnfinishedWork(own, hasGitFolder);
}

function isSameProbe(saved: string | undefined, now: string | undefined): boolean {
  return now !== undefined && now !== UNFINISHED && saved === now;
}
