import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { makeBareClone } from '../support/repositories.ts';
import { progressOf, startRun, until } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startOwnServer } from '../support/temporal-server.ts';
import { startTestWorker } from '../support/worker.ts';

/** Many repositories of so many commits each. */
function makeMany(folder: string, count: number, commits: number): string {
  makeDeepRepository(join(folder, 'one'), { commits, files: 1 });
  makeBareClone(join(folder, 'one'), join(folder, 'repos', 'r0'));
  for (let number = 1; number < count; number++) cpSync(join(folder, 'repos', 'r0'), join(folder, 'repos', `r${number}`), { recursive: true });
  return join(folder, 'repos');
}

describe('more repositories than a page holds', () => {
  /** A page has 200. */
  const COUNT = 203;
  const shared = tempFolder();
  let path: string;
  beforeAll(() => {
    path = makeMany(shared, COUNT, 0);
  });

  test('are all synced, each once', async () => {
    const folder = tempFolder();
    const result = await syncOnce(folder, [path], { stages: ['commits'], concurrency: 8 });

    expect(result.repositories).toEqual({ listed: COUNT, done: COUNT, failed: 0 });
    expect(query(folder, "select count(*) as runs, count(distinct repo_id) as repositories from sync_runs where stage = 'commits'")).toEqual([
      { runs: COUNT, repositories: COUNT },
    ]);
  });

  test('are all searched for the names that are asked for, and a name that none has is reported', async () => {
    const result = await syncOnce(tempFolder(), [path], { stages: ['commits'], repos: ['r0', 'R99', 'nowhere'] });

    expect(result.repositories).toEqual({ listed: 3, done: 2, failed: 1 });
    expect(result.failures).toEqual([{ repository: 'nowhere', reason: expect.stringContaining('no repository of this name was found') }]);
  });
});

test('a run whose history grows long continues as new, losing nothing and doing nothing twice', async () => {
  const folder = tempFolder();
  const path = makeMany(folder, 24, 1);
  makeDeepRepository(join(path, 'x-broken'), { commits: 1, files: 1 });
  cpSync(join(path, 'r0', 'HEAD'), join(path, 'x-broken', '.git', 'refs', 'heads', 'main'));
  await using server = await startOwnServer('--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=50');
  await using worker = await startTestWorker(folder, { address: server.address });
  const run = await startRun(worker, [path], { stages: ['commits'] });
  const result = await run.result();

  expect(result.repositories).toEqual({ listed: 25, done: 24, failed: 1 });
  expect(result.failures).toEqual([{ repository: expect.stringContaining('x-broken'), reason: expect.any(String) }]);
  expect(await progressOf(run)).toMatchObject({ repositories: { listed: 25, done: 24, failed: 1, running: 0 } });
  expect(
    query(folder, "select count(*) as runs, count(distinct repo_id) as repositories from sync_runs where stage = 'commits' and status = 'completed'"),
  ).toEqual([{ runs: 24, repositories: 24 }]);

  // The list lags behind what happens.
  const runs = await until('all runs are listed as ended', async () => {
    const listed = await Array.fromAsync(worker.client.workflow.list({ query: `WorkflowId = '${run.workflowId}'` }));
    return listed.length > 0 && listed.every(({ status }) => status.name !== 'RUNNING') && listed.some(({ status }) => status.name === 'COMPLETED') && listed;
  });
  expect(runs.length).toBeGreaterThan(3);
  for (const { typedSearchAttributes, historyLength } of runs) {
    expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toContainEqual(['OrgSyncProvider', 'local']);
    expect(historyLength).toBeLessThan(150);
  }

  const undisturbed = join(folder, 'undisturbed');
  cpSync(join(folder, 'one'), undisturbed, { recursive: true });
  await syncOnce(undisturbed, [path], { stages: ['commits'] });
  expectSameFacts(folder, undisturbed);
});
