import { continueAsNew, patched, workflowInfo } from '@temporalio/workflow';
import { PATCHES } from './patches.ts';
import type { repoSync } from './repo-sync.ts';
import type { RepoSyncContext } from './repo-sync-context.ts';
import type { RepoSyncState } from './repo-sync-state.ts';

/** Continues as new when the history has grown long, as by many waits for rate limits. The next run prepares the repository again. */
export async function continueRepoSyncIfSuggested({ raw, ledger, refusals, damages, pause, parent }: RepoSyncContext): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || !patched(PATCHES.continueRepositories)) return;
  const state: RepoSyncState = { ...ledger.toState(), refusals, damages, paused: pause.paused, told: parent.sent };
  await continueAsNew<typeof repoSync>(raw, state);
}
