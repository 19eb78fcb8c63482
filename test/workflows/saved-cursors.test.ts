import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { expectRowsOfGit } from '../support/expect-rows.ts';
import { commitAll, git } from '../support/git.ts';
import { syncOnce } from '../support/sync.ts';
import { lastWrites } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';

type Cursor = Record<string, unknown>;

const cursorsOf = (folder: string) =>
  query<{ stage: string; cursor: string }>(folder, 'select stage, cursor from sync_state order by stage').map(({ cursor }) => JSON.parse(cursor) as Cursor);

/** Rows that the last run of each stage read. */
const rowsRead = (folder: string) =>
  Object.fromEntries(
    query<{ stage: string; rows: number }>(folder, 'select stage, rows from sync_runs order by started_at').map(({ stage, rows }) => [stage, rows]),
  );

function changeCursors(folder: string, change: (cursor: Cursor) => Cursor): void {
  const database = new DatabaseSync(join(folder, 'org-sync.db'));
  for (const row of database.prepare('select repo_id, stage, cursor from sync_state').all()) {
    const cursor = JSON.stringify(change(JSON.parse(String(row['cursor']))));
    database.prepare('update sync_state set cursor = ? where repo_id = ? and stage = ?').run(cursor, String(row['repo_id']), String(row['stage']));
  }
  database.close();
}

/** Syncs a repository of 20 commits. */
async function makeSynced(): Promise<{ folder: string; path: string; repoId: string }> {
  const folder = tempFolder();
  const path = join(folder, 'repository');
  makeDeepRepository(path, { commits: 20, files: 5, changes: 2 });
  await syncOnce(folder, [path]);
  const [repository] = query<{ id: string }>(folder, 'select id from repos');
  return { folder, path, repoId: String(repository?.id) };
}

test('what 0.1.0 saved is continued from: nothing is read again, and then only what is new', async () => {
  const { folder, path, repoId } = await makeSynced();
  // 0.1.0 wrote no version, and the rest as it is now.
  changeCursors(folder, ({ version, ...cursor }) => {
    expect(version).toBe(1);
    return cursor;
  });
  expect(cursorsOf(folder).map((cursor) => Object.keys(cursor).toSorted())).toEqual([
    ['digest', 'maxCommits', 'options', 'shallow', 'since', 'tips'],
    ['digest', 'maxCommits', 'options', 'shallow', 'since', 'tips'],
    ['digest', 'options', 'shallow'],
    ['digest', 'maxCommits', 'options', 'shallow', 'since', 'tips'],
  ]);
  const { repos: _, ...before } = lastWrites(folder, repoId);
  expect((await syncOnce(folder, [path])).rows).toEqual({});
  expect(lastWrites(folder, repoId)).toMatchObject(before);

  git(path, ['reset', '--quiet', '--hard', 'main']);
  writeFileSync(join(path, 'new.txt'), 'new\n');
  commitAll(path, 'One more');
  await syncOnce(folder, [path]);
  const [refs] = query<{ count: number }>(folder, 'select count(*) as count from git_refs');
  expect(rowsRead(folder)).toMatchObject({ commits: Number(refs?.count) + 1, 'commit-stats': 1, 'files-and-blame': 2 });
  await expectRowsOfGit(folder, path);
});

test.each<[string, (cursor: Cursor) => Cursor]>([
  ['has an unknown version', (cursor) => ({ ...cursor, version: 1_000 })],
  ['is damaged', (cursor) => ({ ...cursor, shallow: 7 })],
])('a stage whose saved cursor %s reads everything again', async (_, change) => {
  const { folder, path } = await makeSynced();
  const cursors = cursorsOf(folder);
  const first = rowsRead(folder);
  changeCursors(folder, change);
  await syncOnce(folder, [path]);
  expect(rowsRead(folder)).toEqual(first);
  expect(cursorsOf(folder)).toEqual(cursors);
  await expectRowsOfGit(folder, path);
});
