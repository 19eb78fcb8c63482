import { activityInfo, Context } from '@temporalio/activity';
import type { Earlier, Pin, PrepareInput, PrepareResult } from '../src/model/activities.ts';
import { InvalidInput } from '../src/model/errors.ts';
import type { Stage } from '../src/model/stages.ts';
import type { SyncRunRecord } from '../src/schema/sync-runs.ts';
import type { ActivityDeps } from './deps.ts';
import { workflowExecution } from './execution.ts';
import { describeOutcome, messageOf, toActivityFailure } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { identify } from './identify.ts';
import { moveFormerRows } from './known-repositories.ts';
import { pinGit, pinListed, type StagePlan } from './pin-repository.ts';
import { fingerprintStage, isUnchangedByListing, isUpToDate } from './stage-fingerprint.ts';
import { needsGitFolder, stagesOf } from './stages/source-stage.ts';

/**
 * Makes a repository readable on this worker and pins its state for the stages.
 * @returns The stages that have anything to do. The others' watermarks are moved at once, so that a sync with nothing new
 *   is one activity.
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
    // Earlier attempts may have recorded that they failed.
    if (activityInfo().attempt > 1) await record('completed', null);
    return prepared;
  } catch (error) {
    const failure = toActivityFailure(error);
    const end = describeOutcome(error, failure);
    try {
      // An invalid input isn't a failure of the repository.
      if (!(error instanceof InvalidInput)) await record(end.status, end.error);
    } catch (unrecorded) {
      // What went wrong first has to be reported.
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
  const source = deps.sources[repository.provider];
  const stored = new Map((await store.syncStates([repository.id])).map((state) => [state.stage, state]));
  const chosen = stagesOf(source, options);
  const hasGitFolder = needsGitFolder(chosen);
  const plans = chosen.map((stage): StagePlan => {
    const state = options.full === true ? null : stage.parseState(stored.get(stage.name));
    return { stage, state, isUnchanged: isUnchangedByListing(stage, repository, options, state, hasGitFolder) };
  });
  const pinned = (await pinListed(store, source, repository, plans, earlier)) ?? (await pinGit(deps, source, repository, options, run.runId));
  const pin = { ...pinned, tokens: Object.fromEntries([...stored].map(([stage, { token }]) => [stage, token])) };

  const stages: Stage[] = [];
  for (const { stage, state } of plans) {
    const { name } = stage;
    if (earlier?.ended.includes(name) && isSame(earlier.pin, pin)) continue;
    const fingerprint = fingerprintStage(stage, repository, options, pin);
    // What another run has saved meanwhile is not what was compared.
    const upToDate =
      state !== null &&
      isUpToDate(stage, state, fingerprint, hasGitFolder) &&
      (await store.refreshSyncState(repository.id, name, state.token, { ...state, cursor: { ...state.cursor, ...fingerprint }, watermark: run.startedAt }));
    if (!upToDate) {
      stages.push(name);
      continue;
    }
    if (!hasRun(name, earlier)) await store.recordRun({ ...run, stage: name, endedAt: new Date(), status: 'completed' });
  }
  return { repository, pin, gitTaskQueue: deps.gitTaskQueue, stages };
}

function isSame(one: Pin, other: Pin): boolean {
  return one.databaseId === other.databaseId && one.digest === other.digest;
}

/** Returns whether the stage has recorded itself in this run. */
function hasRun(stage: Stage, earlier: Earlier | undefined): boolean {
  return earlier !== undefined && (earlier.begun.includes(stage) || earlier.ended.includes(stage));
}
