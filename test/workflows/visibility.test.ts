import { join } from 'node:path';
import { type Client, defaultPayloadConverter, type WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { expect, test } from 'vitest';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { holdGitHere } from '../support/held-git.ts';
import { startRun, until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

test('the Web UI gets search attributes, a summary of every workflow and activity, and details of what goes on', async () => {
  const folder = tempFolder();
  const path = join(folder, 'repos', 'my_repo');
  makeDeepRepository(path, { commits: 300, files: 40, changes: 3 });
  using git = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [join(folder, 'repos')]);
  const childId = `repo-sync/local${path}`;

  const details = await until('both workflows tell of a stage', async () => {
    const [above, below] = await Promise.all([detailsOf(worker.client.workflow.getHandle(run.workflowId)), childDetails(worker.client, childId)]);
    return above.includes('**1** running') && below.includes('files-and-blame') && { above, below };
  });
  expect(details.above).toMatch(
    /^\*\*0\*\* done, \*\*0\*\* failed, \*\*1\*\* running, of \*\*1\*\* listed\n\n\| repository \| stage \|\n\| --- \| --- \|\n\| my\\_repo \| .+ \|\n/,
  );
  expect(details.below).toContain('**my\\_repo**: files-and-blame');
  expect(details.below).toContain('| git_commits | 300 |');
  git.release();
  await run.result();
  expect(await detailsOf(run)).toContain('**1** done, **0** failed, **0** running, of **1** listed');

  const child = worker.client.workflow.getHandle(childId);
  const owner = run.workflowId.replace('org-sync/local/', '');
  expect(await attributesOf(run)).toEqual({ OrgSyncProvider: 'local', OrgSyncOwner: owner });
  expect(await attributesOf(child)).toEqual({ OrgSyncProvider: 'local', OrgSyncOwner: owner, OrgSyncRepo: 'my_repo' });
  const found = await until('the run is found by its attributes', async () => {
    const runs = await Array.fromAsync(worker.client.workflow.list({ query: `OrgSyncOwner = '${owner}' and OrgSyncRepo = 'my_repo'` }));
    return runs.length > 0 && runs;
  });
  expect(found.map(({ workflowId }) => workflowId)).toEqual([childId]);

  expect(await summariesOf(run)).toEqual([`list ${owner}`, 'local: my_repo', 'check that the database is the same']);
  // Timers, of which there is one a stage, say what for.
  expect((await summariesOf(child)).filter((summary) => !/^notify the parent/.test(String(summary)))).toEqual([
    'local: my_repo',
    'prepare my_repo',
    ...['commits', 'pull-requests', 'commit-stats', 'files-and-blame'].map((stage) => `${stage} of my_repo`),
  ]);
});

async function childDetails(client: Client, workflowId: string): Promise<string> {
  try {
    return await detailsOf(client.workflow.getHandle(workflowId));
  } catch (error) {
    // It's not there before the run above has started it.
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return '';
    throw error;
  }
}

async function detailsOf(handle: Pick<WorkflowHandle, 'query'>): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
}

async function attributesOf(handle: Pick<WorkflowHandle, 'describe'>): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await handle.describe();
  const ours = typedSearchAttributes.getAll().filter(({ key }) => key.name.startsWith('OrgSync'));
  return Object.fromEntries(ours.map(({ key, value }) => [key.name, value]));
}

/** Summaries in the order of the events that carry one. */
async function summariesOf(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<unknown[]> {
  const { events } = await handle.fetchHistory();
  return ((events ?? []) as Event[]).flatMap(({ userMetadata }) => (userMetadata?.summary ? [defaultPayloadConverter.fromPayload(userMetadata.summary)] : []));
}
