import type { WorkflowExecutionInfo, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { sentWhileLimited } from '../../support/forge/requests.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { expectWorld } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { progressOf, type Run, startGitHubRun, until } from '../../support/runs.ts';
import { tempFolder } from '../../support/temp.ts';
import { startOwnServer } from '../../support/temporal-server.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

const acme = organisationOf(tempFolder(), { repositories: 1, pullRequests: 300 });
const PULLS = { operation: 'PullRequests' } as const;
const LIMIT = { do: 'secondary-limit', seconds: 1, status: 429 } as const;

/** Runs that the repository's workflow had, as far as the server lists them. */
async function runsOf(worker: TestWorker, run: Run) {
  const { running } = await progressOf(run);
  const id = running[0]?.workflowId ?? `repo-sync/${new URL(acme().server.webUrl).host}/acme/repo-000`;
  return Array.fromAsync(worker.client.workflow.list({ query: `WorkflowId = '${id}'` }));
}

/** A run on a server that finds 40 events many, and which has to wait again and again. @param more Faults beside those ten waits. */
async function whileLimited(name: string, more: GitHubFault[], test: (worker: TestWorker, run: Run, folder: string) => Promise<void>): Promise<void> {
  const { server, sources } = acme();
  server.requests.length = 0;
  server.setFaults([{ match: PULLS, after: 1, every: 2, times: 10, effect: LIMIT }, ...more]);
  const folder = acme().folder(name);
  await using temporal = await startOwnServer('--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40');
  await using worker = await startTestWorker(folder, { address: temporal.address, sources });
  await test(worker, await startGitHubRun(worker, 'acme'), folder);
}

test('a repository that waits for limits time and again continues as new: no page is read twice, and nothing is lost', async () => {
  await whileLimited('continued', [], async (worker, run, folder) => {
    const { server, token } = acme();
    expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 }, rows: { git_pull_requests: 300 } });
    // The server lists what has happened a little later than it happens.
    const runs = await until('all of its runs are listed as ended', async () => {
      const listed = await runsOf(worker, run);
      const states = new Set(listed.map(({ status }) => status.name));
      return listed.length > 3 && states.has('COMPLETED') && !states.has('RUNNING') && listed;
    });
    for (const { historyLength } of runs) expect(historyLength).toBeLessThan(100);
    expect(server.unmetFaults()).toEqual([]);
    expect(sentWhileLimited(server.requests)).toEqual([]);
    const pages = server.requests.filter(({ operation }) => operation === PULLS.operation);
    expect(pages).toHaveLength(300 / 25 + 10);
    await expectWorld(folder, server, { owner: 'acme', token });
  });
});

test('one that has continued as new still heeds pauses, tells how far it is, and can be cancelled', async () => {
  // Its last page isn't to be had: it goes on waiting until it's paused, however late that is.
  const never: GitHubFault = { match: PULLS, after: 300 / 25 + 10 - 1, times: Number.POSITIVE_INFINITY, effect: LIMIT };
  await whileLimited('paused', [never], async (worker, run) => {
    await until('it has continued as new twice', async () => (await runsOf(worker, run)).length > 2);
    const [{ workflowId }] = (await runsOf(worker, run)) as [WorkflowExecutionInfo];
    const latest = worker.client.workflow.getHandle(workflowId);
    await run.signal('pause');
    await until('it has stopped', async () => {
      const { raw } = await latest.describe();
      return (raw.pendingActivities ?? []).length === 0 && (await progressOf(run)).pause?.reason.includes('pause');
    });
    acme().server.setFaults([{ match: PULLS, effect: { ...LIMIT, seconds: 200 } }]);
    await run.signal('resume');
    await until('it waits for a limit', async () => (await progressOf(run)).running[0]?.pause);
    expect((await progressOf(run)).running).toMatchObject([{ stage: 'pull-requests' }]);
    await run.cancel();
    const error: unknown = await run.result().catch((reason: unknown) => reason);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect((await latest.describe()).status.name).toBe('CANCELLED');
  });
});
