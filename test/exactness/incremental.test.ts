import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { expectRowsOfGit } from '../support/expect-rows.ts';
import { commitAll, git, gitText, initRepository, latin1 } from '../support/git.ts';
import { Branch, Clock, lines } from '../support/history.ts';
import { ObjectWriter } from '../support/objects.ts';
import { makeRandomRepository } from '../support/random-repository.ts';
import { runSync } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

describe('a later sync', () => {
  it('writes no row outside sync_state and sync_runs when nothing is new', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    await makeRandomRepository(dir, 11, 150);
    await using worker = await startTestWorker(folder);
    await runSync(worker, { provider: 'local', paths: [dir] });
    const before = newest(folder);
    const result = await runSync(worker, { provider: 'local', paths: [dir] });
    expect(result.rows).toEqual({});
    expect(newest(folder)).toEqual(before);
  });

  it('touches no unchanged row when it starts over', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    await makeRandomRepository(dir, 12, 150);
    await using worker = await startTestWorker(folder);
    const first = await runSync(worker, { provider: 'local', paths: [dir] });
    const before = newest(folder);
    const result = await runSync(worker, { provider: 'local', paths: [dir], full: true });
    expect(result.rows).toEqual(first.rows);
    expect(newest(folder)).toEqual(before);
  });

  it('reads just the commits and files that are new', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    const { head } = await makeRandomRepository(dir, 13, 150);
    git(dir, ['update-ref', 'refs/heads/main', `${head}~3`]);
    await using worker = await startTestWorker(folder);
    await runSync(worker, { provider: 'local', paths: [dir] });
    git(dir, ['update-ref', 'refs/heads/main', head]);
    const result = await runSync(worker, { provider: 'local', paths: [dir] });
    const linesOf = (...args: string[]) => gitText(dir, args).split('\n').filter(Boolean);
    expect(result.rows.git_commits).toBe(linesOf('rev-list', `${head}~3..${head}`).length);
    const touched = new Set(linesOf('log', '-m', '--format=', '--name-only', '--no-renames', `${head}~3..${head}`));
    const present = linesOf('ls-tree', '-r', '--name-only', head);
    expect(result.rows.git_files).toBe(present.filter((path) => touched.has(path)).length);
    await expectRowsOfGit(folder, dir);
  });

  // Forward, back, sideways: whatever happens to a branch, the tables equal those of a first sync.
  it.each([21, 22, 23])('equals git wherever HEAD and the branches have gone meanwhile (%i)', async (seed) => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    const { head } = await makeRandomRepository(dir, seed, 120);
    const all = gitText(dir, ['rev-list', '--all', '--topo-order']).split('\n');
    await using worker = await startTestWorker(folder);
    for (const [step, position] of [80, 40, 30, 60, 10, 0, 5, 0].entries()) {
      const allBranches = step % 3 === 2;
      git(dir, ['update-ref', 'refs/heads/main', position === 0 ? head : String(all[position])]);
      git(dir, ['update-ref', 'refs/heads/topic-1', String(all[(position + seed) % all.length])]);
      if (step % 2 === 0) git(dir, ['update-ref', `refs/pull/${step + 1}/head`, String(all[step])]);
      else git(dir, ['update-ref', '-d', `refs/pull/${step}/head`]);
      const result = await runSync(worker, { provider: 'local', paths: [dir], allBranches });
      expect(result.failures).toEqual([]);
      await expectRowsOfGit(folder, dir, { allBranches });
    }
  });

  it('keeps merged pull requests merged when commits are limited', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    await makeRandomRepository(dir, 14, 120);
    git(dir, ['update-ref', 'refs/pull/1/head', 'HEAD']);
    await using worker = await startTestWorker(folder);
    await runSync(worker, { provider: 'local', paths: [dir] });
    await runSync(worker, { provider: 'local', paths: [dir], maxCommits: 3 });
    await runSync(worker, { provider: 'local', paths: [dir], since: '2090-01-01' });
    await expectRowsOfGit(folder, dir);
  });

  it('never takes its own clones for repositories', async () => {
    const folder = tempFolder();
    await makeRandomRepository(join(folder, 'random'), 15, 20);
    await using worker = await startTestWorker(folder);
    await runSync(worker, { provider: 'local', paths: [folder] });
    const result = await runSync(worker, { provider: 'local', paths: [folder] });
    expect(result.repositories.listed).toBe(1);
  });

  it('keeps the commits below those of a clock that stood wrong', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'repository');
    const objects = new ObjectWriter();
    const branch = new Branch(objects, new Clock());
    for (let n = 0; n < 10; n++) branch.write('a.txt', lines(n)).commit(`Commit ${n}\n`);
    const before = branch.tip;
    // More of them than git looks beyond for dates that are out of order.
    for (let n = 0; n < 12; n++) branch.write('b.txt', lines(n)).commit(`Late ${n}\n`, { time: n });
    initRepository(dir);
    objects.writeTo(dir);
    await using worker = await startTestWorker(folder);
    for (const tip of [before, branch.tip, `${branch.tip}~6`]) {
      git(dir, ['update-ref', 'refs/heads/main', tip]);
      await runSync(worker, { provider: 'local', paths: [dir] });
      await expectRowsOfGit(folder, dir);
    }
  });

  it.each([false, true])('equals git after the end of a shallow history has moved (full: %s)', async (full) => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    await makeRandomRepository(dir, 33, 60);
    await using worker = await startTestWorker(folder);
    for (const end of ['HEAD~5', 'HEAD~2', undefined]) {
      const file = join(dir, '.git/shallow');
      if (end === undefined) rmSync(file);
      else writeFileSync(file, git(dir, ['rev-parse', end]));
      await runSync(worker, { provider: 'local', paths: [dir], full });
      await expectRowsOfGit(folder, dir);
    }
  });

  it('keeps the row of a path when another one that differs just in bytes that are no text has gone', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'repository');
    const objects = new ObjectWriter();
    const branch = new Branch(objects, new Clock());
    branch.write(latin1('caf\xe8'), lines(3, 'one')).write(latin1('caf\xe9'), lines(3, 'two')).commit('Both\n');
    const both = branch.tip;
    branch.remove(latin1('caf\xe9')).commit('One\n');
    initRepository(dir);
    objects.writeTo(dir);
    await using worker = await startTestWorker(folder);
    for (const tip of [both, branch.tip, both]) {
      git(dir, ['update-ref', 'refs/heads/main', tip]);
      await runSync(worker, { provider: 'local', paths: [dir] });
      await expectRowsOfGit(folder, dir);
    }
  });

  it('takes in older commits when the latest of a limited number have gone', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    const { head } = await makeRandomRepository(dir, 17, 60);
    await using worker = await startTestWorker(folder);
    for (const tip of [head, `${head}~4`]) {
      git(dir, ['update-ref', 'refs/heads/main', tip]);
      await runSync(worker, { provider: 'local', paths: [dir], maxCommits: 4 });
    }
    const stored = query<{ hash: string }>(folder, 'select hash from git_commits').map(({ hash }) => hash);
    expect(stored).toEqual(expect.arrayContaining(gitText(dir, ['rev-list', '--max-count=4', 'main']).split('\n')));
  });

  it('equals git after the repository was made anew with another object format', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'repository');
    await using worker = await startTestWorker(folder);
    for (const format of ['sha1', 'sha256', 'sha1']) {
      rmSync(dir, { recursive: true, force: true });
      initRepository(dir, `--object-format=${format}`);
      writeFileSync(join(dir, 'a.txt'), `in ${format}\n`);
      commitAll(dir, `In ${format}`);
      await runSync(worker, { provider: 'local', paths: [dir] });
      await expectRowsOfGit(folder, dir);
    }
  });

  it('equals git after the old history is gone for good', async () => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    await makeRandomRepository(dir, 31, 60);
    await using worker = await startTestWorker(folder);
    await runSync(worker, { provider: 'local', paths: [dir] });
    await rewriteForGood(dir);
    await runSync(worker, { provider: 'local', paths: [dir] });
    await expectRowsOfGit(folder, dir);
  });
});

/** Replaces the history by one that shares nothing with it, and drops the old objects. */
async function rewriteForGood(dir: string): Promise<void> {
  const other = `${dir}-other`;
  await makeRandomRepository(other, 32, 60);
  git(dir, ['fetch', '--quiet', '--force', '--update-head-ok', other, '+refs/heads/*:refs/heads/*', '--prune']);
  git(dir, ['reflog', 'expire', '--expire=now', '--all']);
  git(dir, ['gc', '--quiet', '--prune=now']);
}

/** When each table was last written to, and how many rows it has. */
function newest(folder: string): unknown[] {
  const tables = ['repos', 'git_refs', 'git_commits', 'git_commit_stats', 'git_files', 'git_blame_ranges', 'git_pull_requests'];
  return tables.flatMap((table) => query(folder, `select '${table}' as name, count(*) as rows, max(last_synced) as newest from ${table}`));
}
