import { createHash } from 'node:crypto';
import { activityInfo, Context } from '@temporalio/activity';
import { shallowCommits } from '../src/git/overlay.ts';
import type { Earlier, Pin, PrepareInput, PrepareResult } from '../src/model/activities.ts';
import type { SyncRunRecord } from '../src/model/records.ts';
import { orderedStages, type Stage } from '../src/model/stages.ts';
import { sourceOf } from '../src/sources/registry.ts';
import { whileAlive } from './alive.ts';
import { basisOf, isUpToDate } from './basis.ts';
import { clearClone, clonePaths } from './clone.ts';
import type { ActivityDeps } from './deps.ts';
import { workflowExecution } from './execution.ts';
import { endOf, messageOf } from './failures.ts';

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
    const prepared = await whileAlive(() => prepare(deps, input, run));
    // Earlier tries may have noted that they failed.
    if (activityInfo().attempt > 1) await record('completed', null);
    return prepared;
  } catch (error) {
    const cancelled = Context.current().cancellationSignal.aborted;
    try {
      await record(cancelled ? 'cancelled' : 'failed', cancelled ? null : messageOf(error));
    } catch (unrecorded) {
      // What went wrong first is what has to be told.
      deps.logger.warn({ reason: messageOf(unrecorded), repository: input.repository.name }, 'the failed run could not be recorded');
    }
    throw endOf(error);
  }
}

async function prepare(deps: ActivityDeps, { repository, options, earlier }: PrepareInput, run: SyncRunRecord): Promise<PrepareResult> {
  const { store } = deps;
  const paths = clonePaths(deps, repository, run.runId);
  await clearClone(paths);
  const source = sourceOf(deps.sources, repository.provider);
  const { record, head, refsDigest } = await source.prepare(repository, paths.gitDir, paths.refsFile, Context.current().cancellationSignal);
  await store.write([{ table: 'repos', upsert: [record] }]);

  const shallow = await shallowCommits(paths.gitDir);
  const digest = createHash('sha256').update(refsDigest).update(shallow).digest('hex');
  const pin: Pin = { databaseId: store.databaseId, head, digest };

  const stages: Stage[] = [];
  for (const stage of orderedStages(options.stages)) {
    if (earlier?.ended.includes(stage) && isSame(earlier.pin, pin)) continue;
    const state = options.full === true ? null : await store.syncState(repository.id, stage);
    const basis = basisOf(stage, repository, options, digest);
    if (state === null || !isUpToDate(stage, repository, state, basis)) {
      stages.push(stage);
      continue;
    }
    await store.saveSyncState(repository.id, stage, { ...state, cursor: { ...state.cursor, ...basis }, watermark: run.startedAt });
    if (!hasRun(stage, earlier)) await store.recordRun({ ...run, stage, endedAt: new Date(), status: 'completed' });
  }
  return { pin, gitTaskQueue: deps.gitTaskQueue, stages };
}

function isSame(one: Pin, other: Pin): boolean {
  return one.databaseId === other.databaseId && one.digest === other.digest;
}

/** Whether the stage has noted itself in this run what it did. */
function hasRun(stage: Stage, earlier: Earlier | undefined): boolean {
  return earlier !== undefined && (earlier.begun.includes(stage) || earlier.ended.includes(stage));
}
