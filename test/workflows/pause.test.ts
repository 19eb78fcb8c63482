import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { StageInput } from '../../src/model/activities.ts';
import type { Stage } from '../../src/model/stages.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { commitAll, git as runGit } from '../support/git.ts';
import { type HeldGit, holdGit, holdGitHere } from '../support/held-git.ts';
import { makeEmptyRepository } from '../support/repositories.ts';
import { middleOf, pendingActivities, progressOf, type Run, startRun, until } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';
import { workerCommands } from '../support/worker-commands.ts';

const workers = workerCommands();
const shared = tempFolder();
const repository = join(shared, 'repos', 'deep');
/** What an undisturbed run writes. */
const expected = join(shared, 'undisturbed');

beforeAll(async () => {
  makeDeepRepository(repository, { commits: 150, files: 40, changes: 3 });
  mkdirSync(expected);
  await syncOnce(expected, [repository]);
});

test('a paused stage stops between two batches and goes on from there', async () => {
  const folder = tempFolder();
  using git = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [repository]);
  const { workflowId } = await middleOf(worker.client, run, 'files-and-blame');
  await run.signal('pause');
  await stopped(worker, run);

  expect((await progressOf(run)).pause?.reason).toContain('resume');
  const [{ files } = { files: 0 }] = query<{ files: number }>(folder, 'select count(*) as files from git_files');
  expect(files).toBeGreaterThan(0);
  expect(files).toBeLessThan(40);
  expect(query(folder, "select status, error from sync_runs where stage = 'files-and-blame'")).toEqual([{ status: 'cancelled', error: null }]);
  expect(query(folder, "select * from sync_state where stage = 'files-and-blame'")).toEqual([]);

  git.release();
  await run.signal('resume');
  const result = await run.result();
  expect((await progressOf(run)).pause).toBeUndefined();
  const [, resumed] = await inputsOf(worker, workflowId, 'files-and-blame');
  // Exactly what was written isn't done again. Of the last file a part of the ranges may be.
  const { position, line } = z.object({ position: z.number(), line: z.number() }).parse(resumed?.from?.cursor);
  expect(position + (line > 0 ? 1 : 0)).toBe(files);
  expect(resumed?.from).toMatchObject({ stage: 'files-and-blame', done: position });
  expect(query(folder, "select status, rows from sync_runs where stage = 'files-and-blame'")).toEqual([
    { status: 'completed', rows: (result.rows.git_files ?? 0) + (result.rows.git_blame_ranges ?? 0) },
  ]);
  expectSameFacts(folder, expected);
});

test('pauses that are over before the stage has stopped are harmless', async () => {
  const folder = tempFolder();
  using git = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [repository]);
  await middleOf(worker.client, run, 'files-and-blame');
  for (let times = 0; times < 5; times++) {
    await run.signal('pause');
    await run.signal('resume');
  }
  git.release();
  expect((await run.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  expectSameFacts(folder, expected);
});

test('a pause that a stage did not hear of, as its worker was killed, is one all the same', async () => {
  const folder = tempFolder();
  using git = holdGit(folder);
  const { worker, where, run } = await startHeld(folder, git);
  await pauseUnheard(where, run);
  await worker.end('SIGKILL');
  git.release();

  await workers.start(folder, where.taskQueue);
  await stopped(where, run);
  expect((await progressOf(run)).repositories).toEqual({ listed: 1, running: 1, done: 0, failed: 0 });
  await run.signal('resume');
  expect((await run.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  expectSameFacts(folder, expected);
});

test('a pause of a stage that no worker has begun again leaves the place from which it would have gone on', async () => {
  const folder = tempFolder();
  using git = holdGit(folder);
  const { worker, where, run } = await startHeld(folder, git);
  const { workflowId } = await middleOf(where.client, run, 'files-and-blame');
  await run.signal('pause');
  await stopped(where, run);
  await worker.end('SIGKILL');
  git.release();

  // Nobody else has its clones.
  await workers.start(folder, where.taskQueue, join(folder, 'another home'));
  await run.signal('resume');
  await until('the stage waits for a worker', async () => (await pendingActivities(where.client, run)).length > 0);
  await run.signal('pause');
  await stopped(where, run);
  await run.signal('resume');
  expect((await run.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  const [, second, ...later] = await inputsOf(where, workflowId, 'files-and-blame');
  expect(second?.from).toMatchObject({ stage: 'files-and-blame' });
  for (const { from } of later) expect(from).toEqual(second?.from);
  expectSameFacts(folder, expected);
});

test('what is committed during a pause comes with the next run', async () => {
  const folder = tempFolder();
  const path = join(folder, 'moving');
  runGit('.', ['clone', '--quiet', '--template=', '--', repository, path]);
  runGit(path, ['remote', 'remove', 'origin']);
  const before = join(folder, 'before');
  const after = join(folder, 'after');
  for (const name of [before, after]) mkdirSync(name);
  await syncOnce(before, [path]);

  using git = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [path]);
  await middleOf(worker.client, run, 'files-and-blame');
  await run.signal('pause');
  await stopped(worker, run);
  writeFileSync(join(path, 'folder1/file1.txt'), 'rewritten\n');
  commitAll(path, 'Meanwhile\n');
  git.release();
  await run.signal('resume');
  await run.result();
  expectSameFacts(folder, before);

  await (await startRun(worker, [path])).result();
  await syncOnce(after, [path]);
  expectSameFacts(folder, after);
});

test('a run that is paused from its start starts no repository', async () => {
  const folder = tempFolder();
  for (const name of ['a', 'b', 'c']) makeEmptyRepository(join(folder, 'repos', name));
  await using worker = await startTestWorker(folder);
  const run = await worker.client.workflow.signalWithStart('orgSync', {
    taskQueue: worker.taskQueue,
    workflowId: `org-sync/local/${folder}`,
    args: [{ provider: 'local', paths: [join(folder, 'repos')] }],
    signal: 'pause',
  });
  await until('the repositories are listed', async () => (await progressOf(run)).repositories.listed === 3);
  expect((await progressOf(run)).repositories).toEqual({ listed: 3, running: 0, done: 0, failed: 0 });
  await run.signal('resume');
  expect(await run.result()).toMatchObject({ repositories: { listed: 3, done: 3, failed: 0 } });
});

test("a signal of a repository's progress that somebody sends by mistake, and that says nothing, is harmless", async () => {
  const folder = tempFolder();
  makeEmptyRepository(join(folder, 'repos', 'a'));
  await using worker = await startTestWorker(folder);
  const run = await worker.client.workflow.signalWithStart('orgSync', {
    taskQueue: worker.taskQueue,
    workflowId: `org-sync/local/${folder}`,
    args: [{ provider: 'local', paths: [join(folder, 'repos')] }],
    signal: 'repositoryProgress',
  });
  expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 } });
});

/** Starts a run on a worker that may be killed. */
async function startHeld(folder: string, git: HeldGit) {
  const where = { client: workers.client(), taskQueue: `test-${randomUUID()}` };
  const worker = await workers.start(folder, where.taskQueue, undefined, { PATH: git.PATH });
  return { worker, where, run: await startRun(where, [repository]) };
}

/** Pauses a run whose stage git holds; its worker hasn't heard of that yet, which it does after some seconds at most. */
async function pauseUnheard({ client }: Pick<TestWorker, 'client'>, run: Run): Promise<void> {
  for (let heard = true; heard; ) {
    await middleOf(client, run, 'files-and-blame');
    await run.signal('pause');
    heard = await until('the stage is asked to stop', async () => {
      const pending = await pendingActivities(client, run);
      return (pending.some(({ asked }) => asked) && { heard: false }) || (pending.length === 0 && { heard: true });
    }).then((found) => found.heard);
    if (heard) await run.signal('resume');
  }
}

/** Waits until no activity of the run's repositories is left. */
async function stopped({ client }: Pick<TestWorker, 'client'>, run: Run): Promise<void> {
  await until('no activity is left', async () => (await pendingActivities(client, run)).length === 0);
}

/** What a stage's activities were given, in the order in which they were scheduled. */
async function inputsOf({ client }: Pick<TestWorker, 'client'>, workflowId: string, stage: Stage): Promise<StageInput[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    const [payload] = scheduled?.input?.payloads ?? [];
    return scheduled?.activityType?.name === stage && payload ? [defaultPayloadConverter.fromPayload<StageInput>(payload)] : [];
  });
}
