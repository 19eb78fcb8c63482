import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { gitProgram } from '../../src/config.ts';
import { blame } from '../../src/git/blame.ts';
import { readCommits } from '../../src/git/commits.ts';
import { countCommits, listCommits } from '../../src/git/history.ts';
import { readStats } from '../../src/git/stats.ts';
import { decodeText } from '../../src/git/text.ts';
import { listTree } from '../../src/git/tree.ts';
import { itemsOf } from '../../src/model/groups.ts';
import { expectedBlameRanges } from '../support/oracle/blame.ts';
import { expectedCommitStats } from '../support/oracle/commit-stats.ts';
import { expectedCommits } from '../support/oracle/commits.ts';
import { expectedFiles } from '../support/oracle/files.ts';
import { makeRandomRepository } from '../support/random-repository.ts';
import { tempFolder } from '../support/temp.ts';

// The readers by themselves; what whole syncs write of many more repositories is in test/exactness.

const folder = tempFolder();
const dir = join(folder, 'random');
const repository = { program: gitProgram, gitDir: join(dir, '.git') };
const options = { repoId: 'id' };
let head: string;

beforeAll(async () => {
  head = (await makeRandomRepository(dir, 21, 40)).head;
});

const commits = () => listCommits(repository, { from: [head] });

it('commits are those that git lists, with their authors and messages', async () => {
  const expected = await expectedCommits(dir, options);
  const read = await Array.fromAsync(itemsOf(readCommits(repository, commits())));
  expect(
    read.map(({ hash, commit }) => ({ hash, message: commit.message, author: commit.author, committer: commit.committer })).toSorted(by(({ hash }) => hash)),
  ).toMatchObject(
    expected.map((row) => ({
      hash: row.hash,
      message: row.message,
      author: { name: row.authorName, email: row.authorEmail, when: row.authorWhen },
      committer: { name: row.committerName, email: row.committerEmail, when: row.committerWhen },
    })),
  );
  expect(await countCommits(repository, { from: [head] })).toBe(expected.length);
});

it.each([1, 3])('stats are those of each commit against its first parent, by %i processes', async (processes) => {
  const rows: object[] = [];
  for await (const { hash, files } of readStats(repository, commits(), processes)) {
    for (const { path, oldPath, additions, deletions, oldMode, newMode } of files) {
      rows.push({ repoId: 'id', commitHash: hash, filePath: path, oldFilePath: oldPath, additions, deletions, oldFileMode: oldMode, newFileMode: newMode });
    }
  }
  const expected = await expectedCommitStats(dir, options);
  const key = (row: object) => `${Reflect.get(row, 'commitHash')} ${Reflect.get(row, 'filePath')}`;
  expect(rows.toSorted(by(key))).toEqual(expected.toSorted(by(key)));
});

it('the tree has every file, and blame names the commit of every line', async () => {
  const files = await expectedFiles(dir, options);
  const entries = await Array.fromAsync(itemsOf(listTree(repository, head)));
  const blobs = entries.filter(({ mode }) => mode !== '160000');
  expect(blobs.map(({ path, hash }) => ({ path: decodeText(path), hash })).toSorted(by(({ path }) => path))).toEqual(
    files.map(({ path, hash }) => ({ path, hash })).toSorted(by(({ path }) => path)),
  );
  const ranges = Map.groupBy(await expectedBlameRanges(dir, options), ({ path }) => path);
  for (const { path } of blobs) {
    const name = decodeText(path);
    const expected = ranges.get(name);
    if (expected === undefined) continue;
    const read = await Array.fromAsync(itemsOf(blame(repository, head, path)));
    expect(read.map(({ lineNo, lineCount, commit, origPath, origLineNo }) => [lineNo, lineCount, commit, origPath, origLineNo])).toEqual(
      expected.map(({ lineNo, lineCount, commitHash, origPath, origLineNo }) => [lineNo, lineCount, commitHash, origPath, origLineNo]),
    );
  }
});

/** Compares by a key that is a text. */
function by<T>(key: (value: T) => string): (one: T, other: T) => number {
  return (one, other) => (key(one) < key(other) ? -1 : 1);
}
