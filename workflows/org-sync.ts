import { CancellationScope, condition, isCancellation, patched, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { bytesOf, MAX_STATE_BYTES } from '../src/model/bounds.ts';
import { type OrgSyncInput, parseOrgSyncInput } from '../src/model/input.ts';
import type { OrgSyncResult } from '../src/model/progress.ts';
import { continueOrgSync, restartOnNewDatabase } from './continue-org-sync.ts';
import { FailureList } from './failure-list.ts';
import { toWorkflowFailure } from './failures.ts';
import { listUntilWaiting } from './list-repositories.ts';
import { clipAttribute, ownerAttribute, parseRepositoryProgress, progressQuery, providerAttribute, repositoryProgressSignal } from './messages.ts';
import type { OrgSyncContext } from './org-sync-context.ts';
import { createOrgSyncState, type OrgSyncState, orgSyncStateSchema } from './org-sync-state.ts';
import { OrgSyncStatus } from './org-sync-status.ts';
import { parseContinueAsNewState, parseInput } from './parse-arguments.ts';
import { PATCHES } from './patches.ts';
import { PauseSwitch } from './pause-switch.ts';
import { RunningChildren } from './running-children.ts';
import { startRepoSync } from './start-repo-sync.ts';

const DEFAULT_CONCURRENCY = 4;

/** What a schedule appends to the workflow id it was given: '-2026-01-31T12:00:00Z'. */
const SCHEDULED_TIME = /-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * Syncs the repositories of an owner: lists them page by page and runs a bounded number of `repoSync` children.
 * A repository that fails is recorded with its reason and doesn't stop the others.
 * @param raw An `OrgSyncInput`.
 * @param continueAsNewState State of the previous run. Only the workflow itself passes it.
 * @throws ApplicationFailure of type InvalidInput if the input is invalid, or with what stopped the listing.
 */
export async function orgSync(raw: unknown, continueAsNewState?: OrgSyncState): Promise<OrgSyncResult> {
  const state = parseContinueAsNewState(orgSyncStateSchema, continueAsNewState) ?? createOrgSyncState();
  const pause = new PauseSwitch(state.paused);
  const children = new RunningChildren(pause);
  const status = new OrgSyncStatus(state, pause, children);
  setHandlers(pause, children, status);
  const input = parseInput(parseOrgSyncInput, raw);
  const context: OrgSyncContext = { raw, input, owner: findOwner(input), state, failures: new FailureList(state), pause, children, status };
  upsertSearchAttributes([
    { key: providerAttribute, value: input.provider },
    { key: ownerAttribute, value: clipAttribute(context.owner) },
  ]);
  try {
    await syncRepositories(context);
    await restartOnNewDatabase(context);
  } catch (error) {
    if (isCancellation(error)) await stopChildren(children);
    throw toWorkflowFailure(error);
  }
  status.show();
  return { repositories: state.counts, rows: state.rows, failures: state.failures };
}

function setHandlers(pause: PauseSwitch, children: RunningChildren, status: OrgSyncStatus): void {
  pause.listen(() => {
    children.signalPause();
    status.show();
  });
  setHandler(progressQuery, () => status.getProgress());
  setHandler(repositoryProgressSignal, (argument) => {
    const progress = parseRepositoryProgress(argument);
    if (progress === undefined) return;
    children.updateProgress(progress);
    status.show();
  });
}

async function syncRepositories(context: OrgSyncContext): Promise<void> {
  const { input, state, pause, children } = context;
  const concurrency = input.concurrency ?? DEFAULT_CONCURRENCY;
  while (await listUntilWaiting(context)) {
    const [next] = state.waiting;
    if (next === undefined) break;
    await condition(() => context.badToken !== undefined || (!pause.paused && children.count < concurrency));
    if (context.badToken !== undefined) throw context.badToken;
    // After a page of long descriptions the state may be too large to pass on, until some repositories have been started.
    if (workflowInfo().continueAsNewSuggested && bytesOf(state) <= MAX_STATE_BYTES) await continueOrgSync(context);
    state.waiting.shift();
    await startRepoSync(context, next);
  }
  await children.waitForAll();
  if (context.badToken !== undefined) throw context.badToken;
}

/** Waits until the children, which are cancelled with this workflow, have stored their cursors. */
async function stopChildren(children: RunningChildren): Promise<void> {
  await CancellationScope.nonCancellable(() => {
    if (patched(PATCHES.continueRepositories)) children.cancelAll();
    return children.waitForAll();
  });
}

/** Returns the owner; for a local sync what stands for the owner in the workflow id. */
function findOwner({ owner }: OrgSyncInput): string {
  const { workflowId } = workflowInfo();
  return owner ?? workflowId.replace(/^org-sync\/local\//, '').replace(SCHEDULED_TIME, '');
}
