import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repoSyncWorkflowId } from '../../src/model/workflow-ids.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { git } from '../support/git.ts';
import { holdGitHere } from '../support/held-git.ts';
import { makeBareClone, makeCorruptRepository, makeEmptyRepository, makeSharedClone } from '../support/repositories.ts';
import { pendingActivities, progressOf, startRun, until } from '../support/runs.ts';
import { runSync, syncOnce } from '../support/sync.ts';
import { rowCounts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

const SMALL = { commits: 30, files: 5 };

test('several repositories are synced, and the result counts what the tables hold', async () => {
  const folder = tempFolder();
  for (const name of ['a', 'b', 'c']) makeDeepRepository(join(folder, 'repos', name), SMALL);
  const result = await syncOnce(folder, [join(folder, 'repos')]);

  expect(result.repositories).toEqual({ listed: 3, done: 3, failed: 0 });
  expect(result.failures).toEqual([]);
  const counts = rowCounts(folder);
  expect(counts).toMatchObject({ repos: 3, git_refs: 3, git_commits: 90, git_pull_requests: 9, git_files: 15 });
  for (const [table, rows] of Object.entries(result.rows)) expect(counts[table], table).toBe(rows);
  expect(query(folder, 'select distinct status from sync_runs')).toEqual([{ status: 'completed' }]);
});

test('progress tells of the running repository, its stage and the rows so far, and at the end of all', async () => {
  const folder = tempFolder();
  const path = join(folder, 'repos', 'deep');
  makeDeepRepository(path, { commits: 150, files: 40, changes: 3 });
  mkdirSync(join(folder, 'repos', 'later'));
  makeEmptyRepository(join(folder, 'repos', 'later', 'empty'));
  using held = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [join(folder, 'repos')], { concurrency: 1 });

  const during = await until('a stage is shown', async () => {
    const progress = await progressOf(run);
    return progress.running[0]?.stage === 'files-and-blame' && progress;
  });
  expect(during.repositories).toEqual({ listed: 2, running: 1, done: 0, failed: 0 });
  expect(during.running).toMatchObject([{ repository: 'deep', workflowId: `repo-sync/local${path}`, rows: { git_commits: 150 } }]);
  expect(during.rows).toMatchObject({ git_commits: 150, git_pull_requests: 15 });
  expect(during.pause).toBeUndefined();

  held.release();
  const result = await run.result();
  expect(await progressOf(run)).toEqual({ repositories: { ...result.repositories, running: 0 }, running: [], rows: result.rows });
  expect(result.repositories).toEqual({ listed: 2, done: 2, failed: 0 });
});

test('repositories whose folders have the same name are told apart', async () => {
  const folder = tempFolder();
  const paths = ['a', 'b', 'c'].map((name) => join(folder, 'repos', name, 'x.git'));
  makeDeepRepository(join(folder, 'origin'), SMALL);
  for (const path of paths) makeBareClone(join(folder, 'origin'), path);
  writeFileSync(join(paths[2] ?? '', 'refs/heads/main'), `${'12345678'.repeat(5)}\n`);
  using held = holdGitHere(folder, 'prepare');
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [join(folder, 'repos')]);
  const { running } = await until('all are at work', async () => {
    const progress = await progressOf(run);
    return progress.running.length === 3 && progress;
  });
  expect(running.map(({ repository }) => repository).sort()).toEqual(paths);
  held.release();
  expect((await run.result()).failures).toMatchObject([{ repository: paths[2] }]);
  expect(query(folder, 'select distinct repo from repos')).toEqual([{ repo: 'x.git' }]);
});

test('a damaged repository fails by itself, with its reason; an empty one passes', async () => {
  const folder = tempFolder();
  const path = (name: string) => join(folder, 'repos', name);
  makeDeepRepository(path('good'), SMALL);
  makeCorruptRepository(path('damaged'), 'damaged-blob');
  makeEmptyRepository(path('empty'));
  const result = await syncOnce(folder, [join(folder, 'repos')]);

  expect(result.repositories).toEqual({ listed: 3, done: 2, failed: 1 });
  expect(result.failures).toEqual([{ repository: 'damaged', reason: expect.stringContaining('git diff-tree failed') }]);
  expect(query(folder, "select stage, status, error from sync_runs where status <> 'completed'")).toEqual([
    { stage: 'commit-stats', status: 'failed', error: result.failures[0]?.reason },
  ]);
  expect(query(folder, 'select repo from repos order by repo')).toEqual([{ repo: 'damaged' }, { repo: 'empty' }, { repo: 'good' }]);
  expect(query(folder, "select count(*) as rows from git_commits where repo_id = (select id from repos where repo = 'empty')")).toEqual([{ rows: 0 }]);
});

test('two clones of one remote are one repository: the second is refused, naming both', async () => {
  const folder = tempFolder();
  const [one, two] = [join(folder, 'repos', 'one'), join(folder, 'repos', 'two')];
  const remote = `acme/${randomUUID()}`;
  makeDeepRepository(one, SMALL);
  makeSharedClone(one, two);
  git(one, ['remote', 'add', 'origin', `git@github.com:${remote}.git`]);
  git(two, ['remote', 'set-url', 'origin', `https://github.com/${remote}`]);
  const result = await syncOnce(folder, [join(folder, 'repos')]);

  expect(result.repositories).toEqual({ listed: 2, done: 1, failed: 1 });
  expect(result.failures[0]).toMatchObject({ repository: two, reason: expect.stringContaining(one) });
  expect(result.failures[0]?.reason).toContain(remote);
});

test('never more repositories than asked for are under way at once', async () => {
  const folder = tempFolder();
  for (let number = 0; number < 7; number++) makeDeepRepository(join(folder, 'repos', `r${number}`), { commits: 30, files: 10 });
  using held = holdGitHere(folder);
  await using worker = await startTestWorker(folder);
  const run = await startRun(worker, [join(folder, 'repos')], { concurrency: 3 });
  await until(
    'as many as that are under way',
    async () => (await pendingActivities(worker.client, run)).filter(({ type }) => type === 'files-and-blame').length === 3,
  );
  held.release();
  await run.result();

  let [now, most] = [0, 0];
  for (const event of (await run.fetchHistory()).events ?? []) {
    if (event.startChildWorkflowExecutionInitiatedEventAttributes) now += 1;
    if (event.childWorkflowExecutionCompletedEventAttributes) now -= 1;
    most = Math.max(most, now);
  }
  expect([now, most]).toEqual([0, 3]);
});

test('a name longer than anything Temporal shows stops nothing', async () => {
  const folder = tempFolder();
  makeDeepRepository(join(folder, 'repos', 'long'), SMALL);
  const name = `group/${'sehr-lang-ü/'.repeat(90)}${randomUUID()}`;
  git(join(folder, 'repos', 'long'), ['remote', 'add', 'origin', `https://gitlab.example.org/${name}.git`]);
  await using worker = await startTestWorker(folder);
  const result = await runSync(worker, { provider: 'local', paths: [join(folder, 'repos')] });

  expect(result.repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  const [{ id, repo } = { id: '', repo: '' }] = query<{ id: string; repo: string }>(folder, 'select id, repo from repos');
  expect(repo).toBe(name);
  const workflowId = repoSyncWorkflowId({ provider: 'local', id, host: 'gitlab.example.org', name, url: null });
  expect((await worker.client.workflow.getHandle(workflowId).describe()).status.name).toBe('COMPLETED');
});
