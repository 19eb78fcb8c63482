import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { shallowCommits } from '../src/git/overlay.ts';
import type { Earlier, Pin } from '../src/model/activities.ts';
import type { RepositoryOptions } from '../src/model/input.ts';
import type { ListedRepository } from '../src/model/repository.ts';
import type { Source } from '../src/providers/source.ts';
import type { Store } from '../src/stores/store.ts';
import { clearClone, clonePaths } from './clone.ts';
import type { ActivityDeps } from './deps.ts';
import { keepHostIdentity, listedHead, storedRow } from './known-repositories.ts';
import type { SourceStage, StageState } from './stages/source-stage.ts';

/** What a repository's preparation knows of a stage. */
export interface StagePlan {
  stage: SourceStage;
  /** What its last run left; null where it reads everything. */
  state: StageState | null;
  /** Whether the listing alone shows that it has nothing to do. */
  isUnchanged: boolean;
}

/** Brings the git folder up to date and pins what is there. */
export async function pinGit(deps: ActivityDeps, source: Source, repository: ListedRepository, options: RepositoryOptions, runId: string): Promise<Pin> {
  const { store } = deps;
  const paths = clonePaths(deps, repository, runId);
  await clearClone(paths);
  const { record, head, refsDigest } = await source.prepare(repository, options, paths, Context.current().cancellationSignal);
  await store.write([{ table: 'repos', upsert: [await keepHostIdentity(store, record)] }]);
  const shallow = await shallowCommits(paths.gitDir);
  return { databaseId: store.databaseId, head, digest: createHash('sha256').update(refsDigest).update(shallow).digest('hex') };
}

/** Returns what was pinned last, where the listing shows that no stage has anything new to read of git; else undefined. */
export async function pinListed(
  store: Store,
  source: Source,
  repository: ListedRepository,
  plans: readonly StagePlan[],
  earlier: Earlier | undefined,
): Promise<Pin | undefined> {
  const ofGit = plans.filter(({ stage }) => stage.reads === 'git');
  const mayAskForGit = plans.filter(({ stage }) => stage.reads === 'api' && stage.usesGitFolder);
  if (ofGit.length > 0 && mayAskForGit.length > 0) {
    // A stage has asked for the git folder, or it will. Where no probe tells whether anything has changed, that's yet to be seen.
    const isProbed = ({ stage, state }: StagePlan) => repository.probe?.[stage.probe] !== undefined || state === null;
    if (earlier !== undefined || mayAskForGit.some((plan) => isProbed(plan) && !plan.isUnchanged)) return undefined;
  }
  if (source.listedRecord === undefined || !ofGit.every(({ isUnchanged }) => isUnchanged)) return undefined;
  const digests = new Set(ofGit.map(({ state }) => String(state?.fingerprint.digest)));
  if (digests.size > 1) return undefined;
  const head = ofGit[0]?.state?.headHash ?? listedHead(repository, await storedRow(store, repository));
  await store.write([{ table: 'repos', upsert: [source.listedRecord(repository, head)] }]);
  return { databaseId: store.databaseId, head, digest: [...digests].join('') };
}
