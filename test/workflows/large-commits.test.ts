import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { commitAll, concat, git, gitText, initRepository, writeObject } from '../support/git.ts';
import { runSync, syncOnce } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

const folder = tempFolder();
const TOO_LARGE = 'x'.repeat(16_000_001);

it('a commit that is too large to be stored is named, and everything else is stored', async () => {
  const dir = join(folder, 'repository');
  mkdirSync(dir, { recursive: true });
  initRepository(dir);
  writeFileSync(join(dir, 'a.txt'), 'one\n');
  const first = commitAll(dir, 'First\n', 1_600_000_000);
  const commit = (parents: readonly string[], message: string) => {
    const tree = gitText(dir, ['write-tree']);
    const people = 'author Bea <bea@example.org> 1600000100 +0000\ncommitter Bea <bea@example.org> 1600000100 +0000\n';
    const header = `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join('')}${people}\n`;
    return writeObject(dir, 'commit', concat(header, message));
  };
  writeFileSync(join(dir, 'a.txt'), 'one\ntwo\n');
  git(dir, ['add', '.']);
  const large = commit([first], TOO_LARGE);
  const side = commit([first], 'Side\n');
  const merge = commit([large, side], 'Merge pull request #6 from acme/side\n\nSide\n');
  const largeMerge = commit([merge, side], `Merge pull request #7 from acme/large\n\n${TOO_LARGE}`);
  git(dir, ['update-ref', 'refs/heads/main', largeMerge]);

  const result = await syncOnce(folder, [dir]);
  expect(result.failures).toEqual([
    expect.objectContaining({ reason: expect.stringMatching(new RegExp(`${large}.*16000000 bytes|${largeMerge}.*16000000 bytes`)) }),
  ]);
  const hashes = (sql: string) => query<{ hash: string }>(folder, sql).map(({ hash }) => hash);
  const stored = () => hashes('select hash from git_commits order by hash');
  expect(stored()).toEqual([first, side, merge].sort());
  expect(hashes('select distinct commit_hash as hash from git_commit_stats order by hash')).toEqual([first, large, side].sort());
  expect(query(folder, 'select line_no, commit_hash, author_name from git_blame_ranges order by line_no')).toEqual([
    { line_no: 1, commit_hash: first, author_name: 'Ada Author' },
    { line_no: 2, commit_hash: large, author_name: 'Bea' },
  ]);
  expect(query(folder, 'select number from git_pull_requests')).toEqual([{ number: 6 }]);
  const states = () => query(folder, 'select stage, status, error from sync_runs order by started_at desc, stage');
  expect(states()).toContainEqual({ stage: 'commits', status: 'incomplete', error: expect.stringContaining(large) });
  expect(states()).toContainEqual({ stage: 'commits', status: 'incomplete', error: expect.stringContaining(largeMerge) });
  expect(states()).toContainEqual({ stage: 'pull-requests', status: 'incomplete', error: expect.stringContaining(largeMerge) });

  await using worker = await startTestWorker(folder);
  const sync = () => runSync(worker, { provider: 'local', paths: [dir] });
  // Nothing new, but what is missing is still named.
  expect((await sync()).failures).toHaveLength(1);
  expect(stored()).toHaveLength(3);
  // Once they are gone nothing is missing any more.
  git(dir, ['update-ref', 'refs/heads/main', side]);
  expect((await sync()).failures).toEqual([]);
  expect(stored()).toEqual([first, side].sort());
});
