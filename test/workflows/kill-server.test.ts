import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { IllegalStateError } from '@temporalio/common';
import { beforeAll, expect, test } from 'vitest';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { holdGitHere } from '../support/held-git.ts';
import { middleOf, startRun } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { type OwnServer, startOwnServer } from '../support/temporal-server.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';

const shared = tempFolder();
const repositories = join(shared, 'repositories');
/** What an undisturbed run writes. */
const expected = join(shared, 'undisturbed');

beforeAll(async () => {
  for (const name of ['a', 'b']) makeDeepRepository(join(repositories, name), { commits: 150, files: 40, changes: 3 });
  mkdirSync(expected);
  await syncOnce(expected, [repositories]);
});

/** A server as the product starts it: its data on disk. */
function startServer(folder: string): Promise<OwnServer> {
  const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((pragma) => ['--sqlite-pragma', pragma]);
  return startOwnServer('--db-filename', join(folder, 'temporal.db'), ...pragmas);
}

test('the Temporal server is killed in the middle of stages and started again: the run goes on', async () => {
  const folder = tempFolder();
  using git = holdGitHere(folder);
  await using server = await startServer(folder);
  await using worker = await startTestWorker(folder, { address: server.address });
  const run = await startRun(worker, [repositories]);
  await middleOf(worker.client, run, 'files-and-blame');
  await server.kill();
  git.release();
  await setTimeout(1000);
  await server.start();
  expect((await run.result()).repositories).toEqual({ listed: 2, done: 2, failed: 0 });
  expectSameFacts(folder, expected);
});

test('server and worker are stopped in the middle and both started again: the run goes on', async () => {
  const folder = tempFolder();
  using git = holdGitHere(folder);
  await using server = await startServer(folder);
  const first = await startTestWorker(folder, { address: server.address });
  const { taskQueue } = first;
  const run = await startRun(first, [repositories]);
  await middleOf(first.client, run, 'files-and-blame');
  await server.kill();
  await stopWithoutServer(first);
  git.release();
  await server.start();
  await using worker = await startTestWorker(folder, { address: server.address, taskQueue });
  expect(await worker.client.workflow.getHandle(run.workflowId, run.firstExecutionRunId).result()).toMatchObject({
    repositories: { listed: 2, done: 2, failed: 0 },
  });
  expectSameFacts(folder, expected);
});

/** The SDK may end a worker with this error where its server is gone; the command doesn't mind either. */
async function stopWithoutServer(worker: TestWorker): Promise<void> {
  try {
    await worker[Symbol.asyncDispose]();
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalStateError);
  }
}
