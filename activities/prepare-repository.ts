import { createHash } from 'node:crypto';
import { activityInfo, Context } from '@temporalio/activity';
import { shallowCommits } from '../src/git/overlay.ts';
import type { Earlier, Pin, PrepareInput, PrepareResult } from '../src/model/activities.ts';
import { InvalidInput } from '../src/model/errors.ts';
import type { RepositoryOptions } from '../src/model/input.ts';
import type { ListedRepository } from '../src/model/repository.ts';
import { orderedStages, type Stage } from '../src/model/stages.ts';
import { hostedRecord } from '../src/providers/hosted/record.ts';
import type { SyncRunRecord } from '../src/schema/sync-runs.ts';
import type { StoredSyncState } from '../src/schema/sync-state.ts';
import { clearClone, clonePaths } from './clone.ts';
import type { ActivityDeps } from './deps.ts';
import { workflowExecution } from './execution.ts';
import { describeOutcome, messageOf, toActivityFailure } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { identify } from './identify.ts';
import { keepHostIdentity, listedHead, moveFormerRows, storedRow } from './known-repositories.ts';
import { asksHost, fingerprintStage, isUntouched, isUpToDate } from './stage-fingerprint.ts';

/**
 * Makes a repository readable on this worker, pins its state for the stages to come, and tells which of them have
 * anything to do. The others' watermarks are moved at once, so that a sync with nothing new is one activity.
 */
export async function prepareRepository(deps: ActivityDeps, input: PrepareInput): Promise<PrepareResult> {
  const run: SyncRunRecord = {
    ...workflowExecution(),
    repoId: input.repository.id,
    stage: 'prepare',
    startedAt: new Date(),
    endedAt: null,
    rows: 0,
    status: 'failed',
    error: null,
  };
  const record = (status: SyncRunRecord['status'], error: string | null) => deps.store.recordRun({ ...run, endedAt: new Date(), status, error });
  try {
    const prepared = await withHeartbeat(() => prepare(deps, input, run));
    // Earlier tries may have noted that they failed.
    if (activityInfo().attempt > 1) await record('completed', null);
    return prepared;
  } catch (error) {
    const failure = toActivityFailure(error);
    const end = describeOutcome(error, failure);
    try {
      // What isn't the fault of a repository isn't recorded as one's.
      if (!(error instanceof InvalidInput)) await record(end.status, end.error);
    } catch (unrecorded) {
      // What went wrong first is what has to be told.
      deps.logger.warn({ reason: messageOf(unrecorded), repository: input.repository.name }, 'the failed run could not be recorded');
    }
    throw failure;
  }
}

async function prepare(deps: ActivityDeps, input: PrepareInput, run: SyncRunRecord): Promise<PrepareResult> {
  const { store } = deps;
  const { options } = input;
  const repository = await identify(deps, input.repository, options, Context.current().cancellationSignal);
  run.repoId = repository.id;
  await moveFormerRows(store, repository);
  // What was done before was done for another repository.
  const earlier = repository.id === input.repository.id ? input.earlier : undefined;
  const wanted = orderedStages(options.stages);
  const states = new Map<Stage, StoredSyncState | null>();
  const stored = new Map((await store.syncStates([repository.id])).map((state) => [state.stage, state]));
  for (const stage of wanted) states.set(stage, options.full === true ? null : (stored.get(stage) ?? null));
  const pinned = (await pinListed(deps, repository, options, states, earlier)) ?? (await pinGit(deps, repository, options, run.runId));
  const pin = { ...pinned, tokens: Object.fromEntries([...stored].map(([stage, { token }]) => [stage, token])) };

  const stages: Stage[] = [];
  for (const stage of wanted) {
    if (earlier?.ended.includes(stage) && isSame(earlier.pin, pin)) continue;
    const state = states.get(stage) ?? null;
    const basis = fingerprintStage(stage, repository, options, pin);
    // What another run has saved meanwhile is not what was compared.
    const upToDate =
      state !== null &&
      isUpToDate(stage, repository, options, state, basis) &&
      (await store.refreshSyncState(repository.id, stage, state.token, { ...state, cursor: { ...state.cursor, ...basis }, watermark: run.startedAt }));
    if (!upToDate) {
      stages.push(stage);
      continue;
    }
    if (!hasRun(stage, earlier)) await store.recordRun({ ...run, stage, endedAt: new Date(), status: 'completed' });
  }
  return { repository, pin, gitTaskQueue: deps.gitTaskQueue, stages };
}

/** Brings the git folder up to date, and pins what is there. */
async function pinGit(deps: ActivityDeps, repository: ListedRepository, options: RepositoryOptions, runId: string): Promise<Pin> {
  const { store, sources } = deps;
  const paths = clonePaths(deps, repository, runId);
  await clearClone(paths);
  const source = sources[repository.provider];
  const { record, head, refsDigest } = await source.prepare(repository, options, paths, Context.current().cancellationSignal);
  await store.write([{ table: 'repos', upsert: [await keepHostIdentity(store, record)] }]);
  const shallow = await shallowCommits(paths.gitDir);
  return { databaseId: store.databaseId, head, digest: createHash('sha256').update(refsDigest).update(shallow).digest('hex') };
}

/** What was pinned last, where the listing tells that no stage has anything new to read of git; else undefined. */
async function pinListed(
  { store, sources }: ActivityDeps,
  repository: ListedRepository,
  options: RepositoryOptions,
  states: ReadonlyMap<Stage, StoredSyncState | null>,
  earlier: Earlier | undefined,
): Promise<Pin | undefined> {
  const ofGit = [...states].filter(([stage]) => !asksHost(stage, repository));
  if (ofGit.length > 0 && sources[repository.provider].pullRequestsReadGit === true) {
    // A stage has asked for the git folder, or it will: where nothing tells that any has changed, that's yet to be seen.
    const told = repository.probe?.pullRequests !== undefined;
    const requests = [...states].filter(([stage, state]) => asksHost(stage, repository) && (told || state === null));
    if (earlier !== undefined || requests.some(([stage, state]) => !isUntouched(stage, repository, options, state))) return undefined;
  }
  if (!ofGit.every(([stage, state]) => isUntouched(stage, repository, options, state))) return undefined;
  const digests = new Set(ofGit.map(([, state]) => String(state?.cursor['digest'])));
  if (digests.size > 1) return undefined;
  const head = ofGit[0]?.[1]?.headHash ?? listedHead(repository, await storedRow(store, repository));
  await store.write([{ table: 'repos', upsert: [hostedRecord(repository, head)] }]);
  return { databaseId: store.databaseId, head, digest: [...digests].join('') };
}

function isSame(one: Pin, other: Pin): boolean {
  return one.databaseId === other.databaseId && one.digest === other.digest;
}

/** Whether the stage has noted itself in this run what it did. */
function hasRun(stage: Stage, earlier: Earlier | undefined): boolean {
  return earlier !== undefined && (earlier.begun.includes(stage) || earlier.ended.includes(stage));
}
