import { ApplicationFailure, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { orgSync } from './org-sync.ts';
import type { OrgSyncContext } from './org-sync-context.ts';
import { createOrgSyncState, type OrgSyncState } from './org-sync-state.ts';
import { proxySharedActivities } from './proxies.ts';

/** Times that a run starts over because the database was replaced, before it fails. */
const MAX_RESTARTS = 3;

/** Waits for the children, then continues as new with the state of this run. */
export async function continueOrgSync({ raw, state, pause, children }: OrgSyncContext): Promise<never> {
  await children.waitForAll();
  return await continueWith(raw, { ...state, paused: pause.paused });
}

/**
 * Starts over if the database was replaced during the run: the new one lacks what the run wrote before.
 * @throws ApplicationFailure of type DatabaseReplaced if that has happened too often.
 */
export async function restartOnNewDatabase({ raw, state, pause }: OrgSyncContext): Promise<void> {
  const databaseId = await proxySharedActivities('check that the database is the same').currentDatabase();
  if (state.databaseId === undefined || databaseId === state.databaseId) return;
  if (state.restarts === MAX_RESTARTS) {
    throw ApplicationFailure.create({
      message: `the database was replaced during the run, ${MAX_RESTARTS + 1} times; configure all workers of task queue ${workflowInfo().taskQueue} with the same database`,
      type: 'DatabaseReplaced',
      nonRetryable: true,
    });
  }
  await continueWith(raw, createOrgSyncState(pause.paused, state.restarts + 1));
}

async function continueWith(raw: unknown, state: OrgSyncState): Promise<never> {
  return await continueAsNew<typeof orgSync>(raw, state);
}
