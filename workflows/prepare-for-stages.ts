import type { PrepareInput, PrepareResult } from '../src/model/activities.ts';
import { labelOf } from '../src/model/repository.ts';
import { proxySharedActivities } from './proxies.ts';
import { type RepoSyncContext, waitWhilePaused } from './repo-sync-context.ts';
import { retryAfterRateLimits } from './waits.ts';

/** Prepares the repository on any worker, and keeps what still holds of what the stages have done before. */
export async function prepareForStages(context: RepoSyncContext): Promise<PrepareResult> {
  const { repository, options, ledger, status } = context;
  await waitWhilePaused(context);
  status.show('prepare');
  const { earlier } = ledger;
  const input: PrepareInput = { repository, options, ...(earlier === undefined ? {} : { earlier }) };
  const activities = proxySharedActivities(`prepare ${labelOf(repository)}`);
  const prepared = await retryAfterRateLimits(
    'prepare',
    () => activities.prepareRepository(input),
    (wait) => status.showWait('prepare', wait),
  );
  if (prepared.repository !== undefined) {
    if (prepared.repository.id !== repository.id) ledger.discardCursors();
    context.repository = prepared.repository;
    status.label = labelOf(prepared.repository);
  }
  ledger.adoptPin(prepared);
  return prepared;
}
