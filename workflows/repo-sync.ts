import { ApplicationFailure, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { INCOMPLETE } from '../src/model/activities.ts';
import { parseRepoSyncInput, pickRepositoryOptions, type RepoSyncInput } from '../src/model/input.ts';
import type { RepoSyncResult } from '../src/model/progress.ts';
import { labelOf } from '../src/model/repository.ts';
import { toWorkflowFailure } from './failures.ts';
import { clipAttribute, ownerAttribute, providerAttribute, repositoryAttribute } from './messages.ts';
import { ParentNotifier } from './parent-notifier.ts';
import { parseContinueAsNewState, parseInput } from './parse-arguments.ts';
import { PauseSwitch } from './pause-switch.ts';
import { prepareForStages } from './prepare-for-stages.ts';
import type { RepoSyncContext } from './repo-sync-context.ts';
import { type RepoSyncState, repoSyncStateSchema } from './repo-sync-state.ts';
import { RepoSyncStatus } from './repo-sync-status.ts';
import { StageLedger } from './stage-ledger.ts';
import { StageRunner } from './stage-runner.ts';

/**
 * Syncs one repository: prepares it, then runs the stages that have work to do, in order. Each stage resumes at its
 * cursor after its worker was lost, after a pause, and after the repository was prepared again elsewhere. It waits for a
 * stage that another run is writing.
 * @param raw A `RepoSyncInput`.
 * @param continueAsNewState State of the previous run. Only the workflow itself passes it.
 * @throws ApplicationFailure of type InvalidInput if the input is invalid, {@link INCOMPLETE} if stages skipped items, or
 *   with what failed in a stage.
 */
export async function repoSync(raw: unknown, continueAsNewState?: RepoSyncState): Promise<RepoSyncResult> {
  const state = parseContinueAsNewState(repoSyncStateSchema, continueAsNewState);
  const pause = new PauseSwitch(state?.paused);
  pause.listen();
  const input = parseInput(parseRepoSyncInput, raw);
  setSearchAttributes(input);
  const context = createContext(raw, input, pause, state);
  try {
    await syncRepository(context);
  } catch (error) {
    throw toWorkflowFailure(error);
  }
  const { repository, ledger, status } = context;
  status.show('done');
  if (ledger.skipped !== undefined) {
    throw ApplicationFailure.create({ message: ledger.skipped, type: INCOMPLETE, nonRetryable: true, details: [ledger.rows] });
  }
  return { repository: labelOf(repository), rows: ledger.rows };
}

function createContext(raw: unknown, input: RepoSyncInput, pause: PauseSwitch, state: RepoSyncState | undefined): RepoSyncContext {
  const { repository } = input;
  const parent = new ParentNotifier(state?.told);
  const ledger = new StageLedger(state);
  const status = new RepoSyncStatus(labelOf(repository), ledger.rows, parent);
  const { refusals = 0, damages = 0 } = state ?? {};
  return { raw, repository, options: pickRepositoryOptions(input), pause, ledger, status, parent, refusals, damages };
}

async function syncRepository(context: RepoSyncContext): Promise<void> {
  const runner = new StageRunner(context);
  for (;;) {
    const prepared = await prepareForStages(context);
    if ((await runner.run(prepared)) === 'ended') return;
  }
}

/** A run that `orgSync` has started already has them. */
function setSearchAttributes({ repository, owner }: RepoSyncInput): void {
  if (workflowInfo().parent !== undefined) return;
  upsertSearchAttributes([
    { key: providerAttribute, value: repository.provider },
    { key: ownerAttribute, value: clipAttribute(owner) },
    { key: repositoryAttribute, value: clipAttribute(repository.name) },
  ]);
}
