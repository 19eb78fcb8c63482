import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { beforeAll, expect, test } from 'vitest';
import type { Stage } from '../../src/model/stages.ts';
import { query } from '../support/database.ts';
import { type Depth, makeDeepRepository } from '../support/deep-repository.ts';
import { git, gitText } from '../support/git.ts';
import { holdGit, holdGitHere } from '../support/held-git.ts';
import { middleOf, pendingActivities, progressOf, type Run, startRun, until } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';
import { workerCommands } from '../support/worker-commands.ts';

const workers = workerCommands();
const shared = tempFolder();
const repositories = join(shared, 'repos');
/** What an undisturbed run writes. */
const expected = join(shared, 'undisturbed');

beforeAll(async () => {
  for (const name of ['a', 'b', 'c']) makeDeepRepository(join(repositories, name), { commits: 150, files: 40, changes: 3 });
  mkdirSync(expected);
  await syncOnce(expected, [repositories]);
});

test('a cancelled run ends after its repositories have stopped, and the next one goes on to the end', async () => {
  const folder = tempFolder();
  using git = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [repositories], { concurrency: 2 });
  await middleOf(worker.client, run, 'files-and-blame');
  const children = (await progressOf(run)).running.map(({ workflowId }) => workflowId);
  expect(children).toHaveLength(2);
  await run.cancel();
  await expectCancelled(run);

  const parent = await run.describe();
  for (const id of children) {
    const child = await worker.client.workflow.getHandle(id).describe();
    expect(child.status.name).toBe('CANCELLED');
    expect(child.closeTime?.getTime()).toBeLessThanOrEqual(parent.closeTime?.getTime() ?? 0);
    expect(child.raw.pendingActivities ?? []).toEqual([]);
  }
  const statuses = query<{ status: string }>(folder, 'select distinct status from sync_runs where ended_at is not null order by status');
  expect(statuses).toEqual([{ status: 'cancelled' }, { status: 'completed' }]);
  expect(query(folder, 'select * from sync_runs where ended_at is null')).toEqual([]);
  const [files] = query<{ n: number }>(folder, 'select count(*) as n from git_files');
  expect(files?.n).toBeLessThan(120);

  git.release();
  const next = await startRun(worker, [repositories]);
  expect((await next.result()).repositories).toEqual({ listed: 3, done: 3, failed: 0 });
  expectSameFacts(folder, expected);
});

test.for([
  ['commit-stats', { commits: 2_400, files: 40, changes: 3, lines: 4 }, 2_000],
  ['files-and-blame', { commits: 150, files: 40, changes: 3 }, 75],
] satisfies [Stage, Depth, number][])(
  'nothing is left of a run cancelled in the middle of %s when HEAD is back where it was',
  async ([stage, depth, newer]) => {
    const folder = tempFolder();
    const repository = join(folder, 'repository');
    const undisturbed = join(folder, 'undisturbed');
    mkdirSync(undisturbed);
    makeDeepRepository(repository, depth);
    // So the run in the middle has something to delete, too.
    const own = gitText(repository, ['commit-tree', '-p', `main~${newer}`, '-m', 'Own', 'main~10^{tree}']);
    git(repository, ['update-ref', 'refs/heads/own', own]);
    git(repository, ['symbolic-ref', 'HEAD', 'refs/heads/own']);
    await syncOnce(folder, [repository], { stages: [stage] });
    await syncOnce(undisturbed, [repository], { stages: [stage] });

    git(repository, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
    using held = holdGitHere(folder, stage);
    await using worker = await startTestWorker(folder);
    const run = await startRun(worker, [repository], { stages: [stage] });
    await middleOf(worker.client, run, stage);
    await run.cancel();
    await expectCancelled(run);
    held.release();

    git(repository, ['symbolic-ref', 'HEAD', 'refs/heads/own']);
    await (await startRun(worker, [repository], { stages: [stage] })).result();
    expectSameFacts(folder, undisturbed);
  },
);

test('a paused run can be cancelled', async () => {
  const folder = tempFolder();
  using _git = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [repositories], { concurrency: 1 });
  await middleOf(worker.client, run, 'files-and-blame');
  await run.signal('pause');
  await until('no activity is left', async () => (await pendingActivities(worker.client, run)).length === 0);
  await run.cancel();
  await expectCancelled(run);
});

test('a cancel that a stage did not hear of, as its worker was killed, is one all the same', async () => {
  const folder = tempFolder();
  using git = holdGit(folder);
  const where = { client: workers.client(), taskQueue: `test-${randomUUID()}` };
  const worker = await workers.start(folder, where.taskQueue, undefined, { PATH: git.PATH });
  const run = await startRun(where, [repositories], { concurrency: 1 });
  const { workflowId } = await middleOf(where.client, run, 'files-and-blame');
  await run.cancel();
  await until('the stage is asked to stop, or has stopped', async () => (await pendingActivities(where.client, run)).every(({ asked }) => asked));
  await worker.end('SIGKILL');
  git.release();

  await workers.start(folder, where.taskQueue);
  await expectCancelled(run);
  expect((await where.client.workflow.getHandle(workflowId).describe()).status.name).toBe('CANCELLED');
});

test('a repository whose workflow somebody terminated or cancelled failed; the others go on', async () => {
  const folder = tempFolder();
  using git = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [repositories], { concurrency: 3 });
  const [one, two] = await until('all are running', async () => {
    const { running } = await progressOf(run);
    return running.length === 3 && running.map(({ workflowId }) => workflowId);
  });
  await until('stages run', async () => (await pendingActivities(worker.client, run)).filter(({ type }) => type === 'files-and-blame').length === 3);
  await worker.client.workflow.getHandle(String(one)).terminate('by hand');
  await worker.client.workflow.getHandle(String(two)).cancel();
  await until('they have ended', async () => (await progressOf(run)).repositories.failed === 2);
  git.release();
  expect(await run.result()).toMatchObject({
    repositories: { listed: 3, done: 1, failed: 2 },
    failures: expect.arrayContaining([
      { repository: 'a', reason: 'its workflow was terminated' },
      { repository: 'b', reason: 'its workflow was canceled' },
    ]),
  });
});

async function expectCancelled(run: Run): Promise<void> {
  const error = await run.result().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
}
