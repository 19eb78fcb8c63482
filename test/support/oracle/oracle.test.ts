import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, git, gitText, initRepository, writeObject } from '../git.ts';
import { makeShallowClone } from '../repositories.ts';
import { tempFolder } from '../temp.ts';
import { expectedBlameRanges } from './blame.ts';
import { expectedCommitStats } from './commit-stats.ts';
import { expectedCommits } from './commits.ts';
import { expectedFiles } from './files.ts';
import { expectedPullRequests } from './pull-requests.ts';
import { expectedRefs } from './refs.ts';

// The oracle itself against rows written by hand: what it says of awkward repositories rests on this.
const folder = tempFolder();
const options = { repoId: 'id' };

it('tells what is in a repository', async () => {
  const dir = join(folder, 'repository');
  initRepository(dir);
  writeFileSync(join(dir, 'a.txt'), '1\n2\n3\n4\n5\n6\n');
  const first = commitAll(dir, 'First\n', 1_600_000_001);
  renameSync(join(dir, 'a.txt'), join(dir, '\u00fc "b".txt'));
  writeFileSync(join(dir, '\u00fc "b".txt'), '1\n2\nthree\n4\n5\n6\n');
  writeFileSync(join(dir, 'x.PNG'), 'a\0b');
  const second = commitAll(dir, 'Second\n', 1_600_000_002);
  const tree = gitText(dir, ['rev-parse', 'HEAD^{tree}']);
  const people = 'author J <j@example.org> -1 +0000\ncommitter C <> 1600000003 +0000\n';
  const merge = writeObject(dir, 'commit', `tree ${tree}\nparent ${first}\nparent ${second}\n${people}\nMerge pull request #3 from o/f/x\n\nTitle\n\nBody\n`);
  git(dir, ['update-ref', 'refs/heads/main', merge]);
  git(dir, ['update-ref', 'refs/pull/4/head', second]);
  git(dir, ['tag', '-a', '-m', 'Message', 'v1', first]);

  const at = (seconds: number) => new Date(seconds * 1000);
  const ada = { authorName: 'Ada Author', authorEmail: 'ada@example.org' };
  const commits = await expectedCommits(dir, options);
  expect(commits.map(({ hash }) => hash)).toEqual([first, second, merge].sort());
  // biome-ignore format: one row
  expect(commits.find(({ hash }) => hash === merge)).toEqual({
    repoId: 'id', hash: merge, message: 'Merge pull request #3 from o/f/x\n\nTitle\n\nBody\n', authorName: 'J', authorEmail: 'j@example.org',
    authorWhen: at(-1), committerName: 'C', committerEmail: '', committerWhen: at(1_600_000_003), parents: 2,
  });

  const renamed = { filePath: '\u00fc "b".txt', oldFilePath: 'a.txt', additions: 1, deletions: 1, oldFileMode: '100644', newFileMode: '100644' };
  const picture = { filePath: 'x.PNG', oldFilePath: null, additions: 0, deletions: 0, oldFileMode: '000000', newFileMode: '100644' };
  const added = { filePath: 'a.txt', oldFilePath: null, additions: 6, deletions: 0, oldFileMode: '000000', newFileMode: '100644' };
  const stats = await expectedCommitStats(dir, options);
  const ofCommit = (hash: string) => stats.filter(({ commitHash }) => commitHash === hash).map(({ repoId, commitHash, ...change }) => change);
  expect([ofCommit(first), ofCommit(second), ofCommit(merge)]).toEqual([[added], [picture, renamed], [picture, renamed]]);

  expect(await expectedFiles(dir, options)).toMatchObject([
    { path: 'x.PNG', executable: false, contents: null, size: 3 },
    { path: '\u00fc "b".txt', executable: false, contents: '1\n2\nthree\n4\n5\n6\n', size: 16 },
  ]);
  const range = { repoId: 'id', path: '\u00fc "b".txt', ...ada, authorWhen: at(1_600_000_001), commitHash: first, origPath: 'a.txt' };
  expect(await expectedBlameRanges(dir, options)).toEqual([
    { ...range, lineNo: 1, lineCount: 2, origLineNo: 1 },
    { ...range, lineNo: 3, lineCount: 1, origLineNo: 3, commitHash: second, origPath: '\u00fc "b".txt', authorWhen: at(1_600_000_002) },
    { ...range, lineNo: 4, lineCount: 3, origLineNo: 4 },
  ]);
  expect(await expectedRefs(dir, options)).toMatchObject([
    { fullName: 'refs/heads/main', hash: merge, name: 'main', type: 'branch', remote: null, target: null, tagCommitHash: null },
    { fullName: 'refs/pull/4/head', hash: second, name: '4/head', type: 'other' },
    { fullName: 'refs/tags/v1', hash: gitText(dir, ['rev-parse', 'refs/tags/v1']), name: 'v1', type: 'tag', tagCommitHash: first },
  ]);
  const merged = { number: 3, state: 'merged', title: 'Title', body: 'Body', headBranch: 'f/x', mergeCommitHash: merge, mergedAt: at(1_600_000_003) };
  expect(await expectedPullRequests(dir, options)).toMatchObject([
    { ...merged, ...ada, closedAt: at(1_600_000_003), baseBranch: null },
    { ...ada, number: 4, state: 'open', title: 'Second', body: null, headBranch: null, mergedAt: null },
  ]);

  // A commit whose parents weren't cloned is a root, but its object still names them.
  const shallow = join(folder, 'shallow');
  makeShallowClone(dir, shallow, 1);
  expect(await expectedCommits(shallow, options)).toMatchObject([{ hash: merge, parents: 2 }]);
  expect((await expectedCommitStats(shallow, options)).map(({ additions }) => additions)).toEqual([0, 6]);
  expect((await expectedBlameRanges(shallow, options)).map(({ commitHash }) => commitHash)).toEqual([merge]);
  expect(await expectedPullRequests(shallow, options)).toMatchObject([{ number: 3, authorName: null }]);
});
