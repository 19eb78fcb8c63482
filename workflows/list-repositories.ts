import { patched, workflowInfo } from '@temporalio/workflow';
import type { ListInput } from '../src/model/activities.ts';
import { continueOrgSync } from './continue-org-sync.ts';
import type { OrgSyncContext } from './org-sync-context.ts';
import { PATCHES } from './patches.ts';
import { proxySharedActivities } from './proxies.ts';
import { retryAfterRateLimits } from './waits.ts';

/**
 * Lists pages until some repositories wait to be started.
 * @returns false when no more repositories are to be listed.
 */
export async function listUntilWaiting(context: OrgSyncContext): Promise<boolean> {
  const { input, state } = context;
  while (state.waiting.length === 0) {
    const limit = (input.maxRepos ?? Number.POSITIVE_INFINITY) - state.counts.listed;
    if (state.after === null || limit <= 0) return false;
    // Pages with nothing new start no child, so the history may also grow long here.
    if (workflowInfo().continueAsNewSuggested && patched(PATCHES.continueListings)) await continueOrgSync(context);
    await listPage(context, limit);
  }
  return true;
}

async function listPage({ input, owner, state, failures, status }: OrgSyncContext, limit: number): Promise<void> {
  const { listRepositories } = proxySharedActivities(`list ${owner}${state.after === undefined ? '' : `, after the first ${state.counts.listed}`}`);
  const request: ListInput = {
    input,
    ...(typeof state.after === 'string' ? { after: state.after } : {}),
    ...(input.maxRepos === undefined ? {} : { limit }),
  };
  const page = await retryAfterRateLimits(
    'listing',
    () => listRepositories(request),
    (wait) => status.showListingWait(wait),
  );
  state.databaseId ??= page.databaseId;
  state.after = page.next ?? null;
  state.waiting = page.repositories;
  state.counts.listed += page.repositories.length + page.refused.length + page.unchanged;
  state.counts.done += page.unchanged;
  for (const { name, reason } of page.refused) failures.add(name, reason);
  status.show();
}
