import { existsSync } from 'node:fs';
import { ApplicationFailure, activityInfo, Context, heartbeat } from '@temporalio/activity';
import { shallowCommits } from '../src/git/overlay.ts';
import { type Cursor, DAMAGED, type LEASE_HELD, type NOT_PREPARED, type StageCursor, type StageInput, type StageResult } from '../src/model/activities.ts';
import { LeaseLost, NotPrepared } from '../src/model/errors.ts';
import { addRows, type RowCounts } from '../src/model/progress.ts';
import type { Stage } from '../src/model/stages.ts';
import { useClone } from '../src/providers/hosted/cache.ts';
import { meansDamage } from '../src/providers/hosted/clone-failures.ts';
import { markDamaged } from '../src/providers/hosted/damage-mark.ts';
import { describeSkipped } from '../src/providers/skipped.ts';
import type { ClonePaths } from '../src/providers/source.ts';
import { UNFINISHED_TIPS, unfinishedTips } from '../src/providers/stage.ts';
import type { SyncRunRecord } from '../src/schema/sync-runs.ts';
import type { SyncState } from '../src/schema/sync-state.ts';
import type { FactTable } from '../src/schema/tables.ts';
import type { Lease } from '../src/stores/leases.ts';
import type { Change } from '../src/stores/store.ts';
import { clonePaths } from './clone.ts';
import type { ActivityDeps } from './deps.ts';
import { workflowExecution } from './execution.ts';
import { describeOutcome, messageOf, toActivityFailure } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { acquireLease, assertNothingLost, assertPinCurrent, keepRenewed, settleLease } from './lease.ts';
import { assertProgress, limitRetries } from './retries.ts';
import { asksHost, fingerprintStage } from './stage-fingerprint.ts';
import { stageReaders } from './stages/readers.ts';

/** So many commits at most are kept of runs that didn't come to their end; a stage that has more starts over. */
const MAX_UNFINISHED_TIPS = 1_000;

/**
 * Runs one stage of one repository: reads batches, writes each, keeps its cursor in a heartbeat, and saves what the
 * next run starts from once all is written. It holds the stage's lease meanwhile, so no other run writes the stage. Goes on
 * from the last heartbeat, else from the input's cursor, else from the start; a cursor made for another stage, another
 * database, another state of the repository, or before another run wrote the stage isn't trusted.
 * @throws CancelledFailure with a `StageCursor` as its detail, at the end of a batch, when it's cancelled; a failure of
 *   type {@link NOT_PREPARED} with the same; one of type {@link LEASE_HELD} where another run is writing the stage.
 */
export async function runStage(deps: ActivityDeps, stage: Stage, input: StageInput): Promise<StageResult> {
  const progress = startingPoint(deps, stage, input);
  const paths = checkPrepared(deps, stage, input, workflowExecution().runId, progress);
  const work = async () => {
    assertProgress(progress.attempt);
    const lease = await acquireLease(deps, stage, input);
    // Another run has written since: what its rows stand for is in the saved state.
    if (lease.since !== progress.since) Object.assign(progress, startOf(stage, input), { since: lease.since, attempt: progress.attempt });
    return runUnderLease(deps, lease, input, paths, progress);
  };
  try {
    return await withHeartbeat(
      () => useClone(paths.gitDir, work),
      () => progress,
    );
  } catch (error) {
    throw limitRetries(toActivityFailure(error, progress), progress.attempt);
  }
}

async function runUnderLease(deps: ActivityDeps, lease: Lease, input: StageInput, paths: ClonePaths, progress: StageCursor): Promise<StageResult> {
  const { store, logger } = deps;
  const { stage } = lease;
  const execution = workflowExecution();
  const run: SyncRunRecord = {
    ...execution,
    repoId: input.repository.id,
    stage,
    startedAt: new Date(progress.begun),
    endedAt: null,
    rows: 0,
    status: 'running',
    error: null,
  };
  const record = (status: SyncRunRecord['status'], error: string | null) => {
    const rows = sum(progress.rows);
    const reason = error === null ? {} : { reason: error };
    logger[error === null ? 'info' : 'warn']({ ...execution, repository: input.repository.name, stage, rows, ...reason }, `stage ${status}`);
    return store.recordRun({ ...run, endedAt: status === 'running' ? null : new Date(), rows, status, error }, lease);
  };
  using _renewal = keepRenewed(deps, lease);
  try {
    assertNothingLost(lease, progress, input);
    progress.writes = lease.writes;
    await record('running', null);
    const incomplete = describeSkipped(await readAndWrite(deps, lease, input, paths, progress));
    await record(incomplete === undefined ? 'completed' : 'incomplete', incomplete ?? null);
    await store.releaseLease(lease, true);
    return { rows: progress.rows, ...(incomplete !== undefined && { incomplete }) };
  } catch (error) {
    // What follows is the new holder's to record.
    if (error instanceof LeaseLost) throw error;
    const damaged = input.repository.provider !== 'local' && meansDamage(error);
    const failure = damaged ? error : limitRetries(toActivityFailure(error, progress), progress.attempt);
    const end = describeOutcome(error, failure);
    try {
      await record(end.status, end.error);
    } catch (unrecorded) {
      // What went wrong first is what has to be told.
      logger.warn({ reason: messageOf(unrecorded), stage, repository: input.repository.name }, 'the failed run could not be recorded');
    }
    const outcome = damaged ? await noteDamage(error, paths, progress) : failure;
    await settleLease(deps, lease, outcome);
    throw outcome;
  }
}

async function noteDamage(error: unknown, { gitDir }: ClonePaths, progress: StageCursor): Promise<ApplicationFailure> {
  await markDamaged(gitDir);
  return ApplicationFailure.create({ message: messageOf(error), type: DAMAGED, nonRetryable: true, details: [progress] });
}

function checkPrepared(deps: ActivityDeps, stage: Stage, { pin, repository }: StageInput, runId: string, progress: StageCursor): ClonePaths {
  const paths = clonePaths(deps, repository, runId);
  const problem =
    pin.databaseId !== deps.store.databaseId
      ? 'the run was begun for another database'
      : asksHost(stage, repository) || existsSync(paths.refsFile)
        ? undefined
        : 'this worker has not prepared the repository';
  if (problem !== undefined) throw toActivityFailure(new NotPrepared(problem), progress);
  return paths;
}

/** @returns What the next run starts from. */
async function readAndWrite(deps: ActivityDeps, lease: Lease, input: StageInput, paths: ClonePaths, progress: StageCursor): Promise<Cursor> {
  const { store, sources, program, processes } = deps;
  const { repository, options, pin } = input;
  const { gitDir, refsFile } = paths;
  const { stage } = lease;
  await using held = await sources[repository.provider].hold?.(paths);
  const { cancellationSignal } = Context.current();
  const saved = await store.syncState(repository.id, stage);
  assertPinCurrent(pin, saved, lease);
  const shallow = asksHost(stage, repository) ? '' : await shallowCommits(gitDir);
  const batches = stageReaders(sources[repository.provider])[stage]({
    repository,
    options,
    pin,
    refsFile,
    processes,
    git: { program, gitDir, signal: cancellationSignal },
    shallow,
    stored: store,
    begin: async (tips) => {
      const noted = saved === null ? null : withUnfinished(saved, tips ?? [], tips === null ? null : shallow);
      if (noted !== null) await store.saveSyncState(lease, noted);
    },
    previous: options.full === true || lease.doubt !== undefined ? null : saved,
    cursor: Object.keys(progress.cursor).length === 0 ? undefined : progress.cursor,
  });
  for (;;) {
    const { value, done } = await batches.next();
    await held?.check();
    if (done === true) {
      await store.saveSyncState(lease, {
        cursor: { ...fingerprintStage(stage, repository, options, pin), ...value },
        headHash: pin.head,
        watermark: new Date(progress.begun),
      });
      return value;
    }
    if (value.changes.length > 0) {
      await store.write(value.changes, lease);
      progress.writes = (progress.writes ?? 0) + 1;
    }
    addRows(progress.rows, rowsOf(value.changes));
    Object.assign(progress, { cursor: value.cursor, attempt: activityInfo().attempt, done: value.done, total: value.total });
    heartbeat(progress);
    if (cancellationSignal.aborted) {
      await batches.return({});
      cancellationSignal.throwIfAborted();
    }
  }
}

/**
 * What a stage's last run that ended well left, and what a run reads from that now begins; null where that is in it.
 * @param shallow Null where nothing that was read holds any more. Nor does it where a history ends elsewhere, which makes
 *   other rows of the same commits.
 */
function withUnfinished(saved: SyncState, tips: readonly string[], shallow: string | null): SyncState | null {
  const { cursor, headHash } = saved;
  const unfinished = unfinishedTips(saved);
  const known = new Set([...unfinished, ...((cursor['tips'] ?? [headHash]) as string[])]);
  const more = tips.filter((tip) => !known.has(tip));
  const same = cursor['shallow'] === shallow;
  if (more.length === 0 && same) return null;
  const all = [...unfinished, ...more];
  const holds = same && all.length <= MAX_UNFINISHED_TIPS;
  return { ...saved, cursor: { ...cursor, [UNFINISHED_TIPS]: holds ? all : [], shallow: holds ? shallow : null } };
}

function startingPoint({ store }: ActivityDeps, stage: Stage, input: StageInput): StageCursor {
  const { from, pin, repository } = input;
  const isTrusted = (candidate: StageCursor | undefined): candidate is StageCursor =>
    candidate?.stage === stage && candidate.pin.databaseId === store.databaseId && (candidate.pin.digest === pin.digest || asksHost(stage, repository));
  const { heartbeatDetails } = activityInfo();
  if (isTrusted(heartbeatDetails)) return heartbeatDetails;
  if (isTrusted(from)) return { ...from, attempt: 0 };
  return startOf(stage, input);
}

function startOf(stage: Stage, { pin }: StageInput): StageCursor {
  const begun = new Date(activityInfo().scheduledTimestampMs).toISOString();
  return { stage, pin, begun, cursor: {}, rows: {}, attempt: 0, done: 0, total: 0 };
}

/** Rows that were read from the source; deletions aren't counted. */
function rowsOf(changes: readonly Change[]): RowCounts {
  const counts: RowCounts = {};
  for (const change of changes) {
    const rows = 'upsert' in change ? change.upsert : 'rows' in change ? change.rows : [];
    addRows(counts, { [change.table as FactTable]: rows.length });
  }
  return counts;
}

function sum(rows: RowCounts): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
