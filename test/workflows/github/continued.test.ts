import type { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { sentWhileLimited } from '../../support/forge/requests.ts';
import { expectWorld } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { progressOf, type Run, startGitHubRun, until } from '../../support/runs.ts';
import { tempFolder } from '../../support/temp.ts';
import { startOwnServer } from '../../support/temporal-server.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';

const acme = organisationOf(tempFolder(), { repositories: 1, pullRequests: 300 });
const PULLS = { operation: 'PullRequests' } as const;

/** Runs that the repository's workflow had, the latest first. */
async function runsOf(worker: TestWorker, run: Run) {
  const { running } = await progressOf(run);
  const id = running[0]?.workflowId ?? `repo-sync/${new URL(acme().server.webUrl).host}/acme/repo-000`;
  return Array.fromAsync(worker.client.workflow.list({ query: `WorkflowId = '${id}'` }));
}

/** A run on a server that finds 40 events many, and which has to wait again and again. */
async function whileLimited(name: string, test: (worker: TestWorker, run: Run, folder: string) => Promise<void>): Promise<void> {
  const { server, sources } = acme();
  server.requests.length = 0;
  server.setFaults([{ match: PULLS, after: 1, every: 2, times: 10, effect: { do: 'secondary-limit', seconds: 1, status: 429 } }]);
  const folder = acme().folder(name);
  await using temporal = await startOwnServer('--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40');
  await using worker = await startTestWorker(folder, { address: temporal.address, sources });
  await test(worker, await startGitHubRun(worker, 'acme'), folder);
}

test('a repository that waits for limits time and again continues as new: no page is read twice, and nothing is lost', async () => {
  await whileLimited('continued', async (worker, run, folder) => {
    const { server, token } = acme();
    expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 }, rows: { git_pull_requests: 300 } });
    const runs = await runsOf(worker, run);
    expect(runs.length).toBeGreaterThan(3);
    for (const { historyLength } of runs) expect(historyLength).toBeLessThan(100);
    expect(server.unmetFaults()).toEqual([]);
    expect(sentWhileLimited(server.requests)).toEqual([]);
    const pages = server.requests.filter(({ operation }) => operation === PULLS.operation);
    expect(pages).toHaveLength(300 / 25 + 10);
    await expectWorld(folder, server, { owner: 'acme', token });
  });
});

test('one that has continued as new still heeds pauses, tells how far it is, and can be cancelled', async () => {
  await whileLimited('paused', async (worker, run) => {
    await until('it has continued as new twice', async () => (await runsOf(worker, run)).length > 2);
    await run.signal('pause');
    await until('it has stopped', async () => {
      const [latest] = await runsOf(worker, run);
      const { raw } = await worker.client.workflow.getHandle(latest?.workflowId ?? '').describe();
      return (raw.pendingActivities ?? []).length === 0 && (await progressOf(run)).pause?.reason.includes('pause');
    });
    acme().server.setFaults([{ match: PULLS, effect: { do: 'secondary-limit', seconds: 200, status: 429 } }]);
    await run.signal('resume');
    await until('it waits for a limit', async () => (await progressOf(run)).running[0]?.pause);
    expect((await progressOf(run)).running).toMatchObject([{ stage: 'pull-requests' }]);
    await run.cancel();
    const error: unknown = await run.result().catch((reason: unknown) => reason);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect((await runsOf(worker, run))[0]?.status.name).toBe('CANCELLED');
  });
});
