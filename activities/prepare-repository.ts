import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { shallowCommits } from '../src/git/overlay.ts';
import type { Pin, PrepareInput, PrepareResult } from '../src/model/activities.ts';
import type { SyncRunRecord } from '../src/model/records.ts';
import { orderedStages, type Stage } from '../src/model/stages.ts';
import { sourceOf } from '../src/sources/registry.ts';
import { clearClone, clonePaths } from './clone.ts';
import type { ActivityDeps } from './deps.ts';
import { workflowExecution } from './execution.ts';
import { messageOf, toFailure } from './failures.ts';
import { optionsKey } from './options-key.ts';

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
  try {
    return await prepare(deps, input, run);
  } catch (error) {
    await deps.store.recordRun({ ...run, endedAt: new Date(), error: messageOf(error) });
    throw toFailure(error);
  }
}

async function prepare(deps: ActivityDeps, { repository, options }: PrepareInput, run: SyncRunRecord): Promise<PrepareResult> {
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
    const state = options.full === true ? null : await store.syncState(repository.id, stage);
    if (state?.cursor['digest'] !== digest || state.cursor['options'] !== optionsKey(options)) {
      stages.push(stage);
      continue;
    }
    await store.saveSyncState(repository.id, stage, { ...state, watermark: run.startedAt });
    await store.recordRun({ ...run, stage, endedAt: new Date(), status: 'completed' });
  }
  return { pin, gitTaskQueue: deps.gitTaskQueue, stages };
}
