import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PrepareResult, StageCursor, StageInput } from '../src/model/activities.ts';
import { parseRepoSyncInput, REPOSITORY_OPTIONS, type RepoSyncInput, type RepositoryOptions } from '../src/model/input.ts';
import { addRows, type RepoSyncResult, type RowCounts, type RunningRepository } from '../src/model/progress.ts';
import type { Stage } from '../src/model/stages.ts';
import { repositoryDetails } from './details.ts';
import { checked, cursorLeftBy, needsPreparing, unwrapped } from './failures.ts';
import { ownerAttribute, providerAttribute, repositoryAttribute, repositoryProgressSignal } from './messages.ts';
import { PauseSwitch } from './pause-switch.ts';
import { prepareRepository, stageActivities } from './proxies.ts';

/** Stages that take less are not worth an event in the history of the workflow above. */
const WORTH_SHOWING = '2s';

/**
 * Syncs one repository: prepares it, then runs the stages that have something to do, in order. Each goes on from its
 * cursor when its worker dies, when it's paused, and when it has to be prepared again elsewhere.
 * @param raw A `RepoSyncInput`.
 * @throws ApplicationFailure of type InvalidInput, or with what went wrong in a stage.
 */
export async function repoSync(raw: unknown): Promise<RepoSyncResult> {
  const pause = new PauseSwitch();
  const input = checked(() => parseRepoSyncInput(raw));
  noteAttributes(input);
  const { repository } = input;
  const options = optionsOf(input);
  const rows: RowCounts = {};
  const ended = new Set<Stage>();
  let left: StageCursor | undefined;
  try {
    for (;;) {
      await pause.opened();
      report(repository.name, 'prepare', rows);
      const prepared = await prepareRepository({ repository, options });
      const stopped = await runStages(prepared);
      if (stopped === undefined) break;
      left = stopped;
    }
  } catch (error) {
    throw unwrapped(error);
  }
  setCurrentDetails(repositoryDetails(repository.name, 'done', rows));
  return { repository: repository.name, rows };

  /** Runs what is left; gives back a cursor when the repository has to be prepared again. */
  async function runStages(prepared: PrepareResult): Promise<StageCursor | undefined> {
    if (left !== undefined && left.pin.databaseId !== prepared.pin.databaseId) ended.clear();
    for (const stage of prepared.stages.filter((name) => !ended.has(name))) {
      const outcome = await runStage(stage, prepared);
      if ('rows' in outcome) {
        addRows(rows, outcome.rows);
        ended.add(stage);
        left = undefined;
      } else {
        return outcome.left;
      }
    }
    return undefined;
  }

  async function runStage(stage: Stage, prepared: PrepareResult): Promise<{ rows: RowCounts } | { left: StageCursor }> {
    for (;;) {
      await pause.opened();
      report(repository.name, stage, rows);
      const activity = stageActivities(prepared.gitTaskQueue, `${stage} of ${repository.name}`)[stage];
      const stageInput: StageInput = { repository, options, pin: prepared.pin, ...(left === undefined ? {} : { from: left }) };
      try {
        return await pause.run(() => whileShown(stage, activity(stageInput)));
      } catch (error) {
        const cursor = cursorLeftBy(error) ?? left;
        const nothingYet: StageCursor = { pin: prepared.pin, begun: '', cursor: {}, rows: {}, done: 0, total: 0 };
        if (needsPreparing(error)) return { left: cursor ?? nothingYet };
        if (!isCancellation(error) || !pause.paused) throw error;
        left = cursor;
      }
    }
  }

  /** Tells the workflow above of a stage that takes its time. */
  async function whileShown<T>(stage: Stage, work: Promise<T>): Promise<T> {
    const { parent } = workflowInfo();
    if (parent === undefined) return work;
    const timer = new CancellationScope();
    const shown = timer.run(async () => {
      await sleep(WORTH_SHOWING);
      const progress: RunningRepository = { repository: repository.name, workflowId: workflowInfo().workflowId, stage, rows };
      await getExternalWorkflowHandle(parent.workflowId).signal(repositoryProgressSignal, progress);
    });
    // The workflow above may be gone; this one goes on without being watched.
    shown.catch(() => undefined);
    try {
      return await work;
    } finally {
      timer.cancel();
    }
  }
}

function report(name: string, stage: RunningRepository['stage'], rows: RowCounts): void {
  setCurrentDetails(repositoryDetails(name, stage, rows));
}

function optionsOf(input: RepoSyncInput): RepositoryOptions {
  return Object.fromEntries(REPOSITORY_OPTIONS.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]));
}

/** Runs that `orgSync` started have them already. */
function noteAttributes({ repository, owner }: RepoSyncInput): void {
  if (workflowInfo().parent !== undefined) return;
  upsertSearchAttributes([
    { key: providerAttribute, value: repository.provider },
    { key: ownerAttribute, value: owner },
    { key: repositoryAttribute, value: repository.name },
  ]);
}
