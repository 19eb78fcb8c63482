import { workflowInfo } from '@temporalio/workflow';
import type { PrepareResult, StageInput, Wait } from '../src/model/activities.ts';
import { labelOf } from '../src/model/repository.ts';
import type { Stage } from '../src/model/stages.ts';
import { continueRepoSyncIfSuggested } from './continue-repo-sync.ts';
import { isDamaged, isNotPrepared, readWait, requiresPrepare } from './failures.ts';
import { proxyStageActivities } from './proxies.ts';
import { type RepoSyncContext, waitWhilePaused } from './repo-sync-context.ts';

/** Times that workers may refuse a stage as not prepared. Preparing again helps, unless the workers themselves are at fault. */
const MAX_REFUSALS = 10;

/** Times that a clone may be damaged. A second clone is damaged only if its origin is. */
const MAX_DAMAGES = 1;

/**
 * Runs a stage, again after each pause.
 * @returns 'ended'; 'unprepared' if the repository has to be prepared again; or what the stage has to wait for.
 */
export async function executeStage(context: RepoSyncContext, stage: Stage, prepared: PrepareResult): Promise<'ended' | 'unprepared' | Wait> {
  const { pause, ledger, status } = context;
  for (;;) {
    await waitWhilePaused(context);
    await continueRepoSyncIfSuggested(context);
    status.show(stage);
    try {
      const outcome = await pause.runUntilPaused(() => status.notifyIfSlow(stage, startActivity(context, stage, prepared)));
      if ('result' in outcome) {
        ledger.end(stage, outcome.result.rows, outcome.result.incomplete);
        return 'ended';
      }
      ledger.keepCursor(stage, outcome.stopped);
    } catch (error) {
      const wait = readWait(error);
      if (wait === undefined && !requiresPrepare(error)) throw error;
      if (isNotPrepared(error) && ++context.refusals > MAX_REFUSALS) throw error;
      if (isDamaged(error) && ++context.damages > MAX_DAMAGES) throw error;
      ledger.keepCursor(stage, error);
      return wait ?? 'unprepared';
    }
  }
}

function startActivity({ repository, options, ledger }: RepoSyncContext, stage: Stage, { gitTaskQueue, pin }: PrepareResult) {
  const from = ledger.getCursor(stage);
  const input: StageInput = { repository, options, pin, firstRunId: workflowInfo().firstExecutionRunId, ...(from && { from }) };
  return proxyStageActivities(gitTaskQueue, `${stage} of ${labelOf(repository)}`)[stage](input);
}
