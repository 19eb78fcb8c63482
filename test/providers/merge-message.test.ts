import { describe, expect, it } from 'vitest';
import { parseMergeMessage, requestOfRef } from '../../src/providers/local/merge-message.ts';

describe('a merge message of GitHub', () => {
  it('holds number, branch, title and body', () => {
    expect(parseMergeMessage('Merge pull request #12 from acme/feature/x\n\nA title\n\nA body\nof two lines\n')).toEqual({
      number: 12,
      title: 'A title',
      body: 'A body\nof two lines',
      headBranch: 'feature/x',
      baseBranch: null,
    });
  });

  it.each([
    ['Merge pull request #1 from a/b', { number: 1, title: '', body: null }],
    ['Merge pull request #1 from a/b\n', { number: 1, title: '', body: null }],
    ['Merge pull request #1\n\nTitle', { number: 1, title: 'Title', headBranch: null }],
    ['Merge pull request #1 from a/b\r\n\r\nTitle\r\n\r\nBody\r\n', { number: 1, title: 'Title', body: 'Body', headBranch: 'b' }],
    ['Merge pull request #1 from a/b\n\n   \n\t\n  Title  \n', { number: 1, title: 'Title', body: null }],
    ['Merge pull request #007 from a/b', { number: 7 }],
    ['Merge pull request #2147483647 from a/b', { number: 2_147_483_647 }],
    ['Merge pull request #3 from a/b\n\nSee merge request x!4', { number: 3, title: 'See merge request x!4', body: null }],
    [
      'Merge pull request #3 from acme/backport\n\nMerge pull request #11 from acme/fix\n\nBackport of it',
      { number: 3, title: 'Merge pull request #11 from acme/fix', body: 'Backport of it', headBranch: 'backport' },
    ],
    [
      "Merge pull request #2 from acme/release/1.2\n\nMerge branch 'release/1.2' into develop",
      { number: 2, title: "Merge branch 'release/1.2' into develop", body: null, headBranch: 'release/1.2', baseBranch: null },
    ],
    ['\n\nMerge pull request #5 from a/b\n\nTitle', { number: 5, title: 'Title' }],
  ])('%j', (message, expected) => {
    expect(parseMergeMessage(message)).toMatchObject(expected);
  });
});

describe('a merge message of GitLab', () => {
  it('holds number, both branches, title and body', () => {
    expect(parseMergeMessage("Merge branch 'fix/it' into 'main'\n\nA title\n\nA body\n\nSee merge request group/sub/project!34\n")).toEqual({
      number: 34,
      title: 'A title',
      body: 'A body',
      headBranch: 'fix/it',
      baseBranch: 'main',
    });
  });

  it.each([
    ["Merge branch 'a' into 'b'\n\nSee merge request !5", { number: 5, title: '', body: null, headBranch: 'a', baseBranch: 'b' }],
    ["Merge branch 'a' into b\n\nTitle\n\nSee merge request x/y!6", { number: 6, title: 'Title', headBranch: null, baseBranch: null }],
    ["Merge branch 'it's' into 'main'\n\nSee merge request x/y!7", { number: 7, headBranch: "it's" }],
    ['Title alone\n\nSee merge request x/y!8\n\nMore', { number: 8, title: 'Title alone', body: 'More' }],
    ['See merge request https://gitlab.example.org/x/y!9', { number: 9 }],
    [
      "Merge branch 'sync' into 'main'\n\nMerge pull request #7 from upstream/foo\n\nSee merge request acme/api!4",
      { number: 4, title: 'Merge pull request #7 from upstream/foo', body: null, headBranch: 'sync', baseBranch: 'main' },
    ],
    [
      "Merge branch 'x' into 'main'\n\nBackport\n\nSee merge request acme/other!99\n\nSee merge request acme/api!5\n",
      { number: 5, title: 'Backport', body: 'See merge request acme/other!99' },
    ],
    ["Merge branch 'x' into 'main'\r\n\r\nTitle\r\n\r\nSee merge request a/b!10\r\n", { number: 10, title: 'Title', body: null, baseBranch: 'main' }],
  ])('%j', (message, expected) => {
    expect(parseMergeMessage(message)).toMatchObject(expected);
  });
});

describe('a merge message of another host', () => {
  it.each([
    [
      "Merge pull request #6 in PROJ/repo from feature/x to master\n\n* commit 'c0ffee':\n  ABC-1 Fix it\n  Second subject\n",
      { number: 6, title: 'ABC-1 Fix it', body: 'Second subject', headBranch: 'feature/x', baseBranch: 'master' },
    ],
    [
      "Merge pull request #6 in PROJ/repo from ~ada/repo:feature to master\n\nTold by the merger\n\n* commit 'c0ffee':\n  ABC-1 Fix it",
      { number: 6, title: 'Told by the merger', body: 'ABC-1 Fix it', headBranch: 'feature', baseBranch: 'master' },
    ],
    ["Merge pull request #6 in ~ada/repo from a to b\n\n* commit 'c0ffee':\n", { number: 6, title: '', body: null, headBranch: 'a', baseBranch: 'b' }],
    [
      "Pull request #16: Hotfix/ABC-2 again\n\nMerge in PROJ/repo from hotfix/ABC-2-again to develop\n\n* commit 'c0ffee':\n  Fix a typo\n",
      { number: 16, title: 'Hotfix/ABC-2 again', body: "* commit 'c0ffee':\n  Fix a typo", headBranch: 'hotfix/ABC-2-again', baseBranch: 'develop' },
    ],
    [
      'Merged in feature/x (pull request #8)\n\nABC-3 Add it\n\nApproved-by: Ada Lovelace\n',
      { number: 8, title: 'ABC-3 Add it', body: 'Approved-by: Ada Lovelace', headBranch: 'feature/x', baseBranch: null },
    ],
    [
      'Merged PR 12: Fix: the build\n\nMerge pull request #4 from a/b\n\nRelated work items: #5',
      { number: 12, title: 'Fix: the build', body: 'Merge pull request #4 from a/b\n\nRelated work items: #5', headBranch: null, baseBranch: null },
    ],
    ['Merged PR 12:\n\nA body', { number: 12, title: '', body: 'A body' }],
    ['Merge pull request 13 from users/ada/x into master', { number: 13, title: '', body: null, headBranch: 'users/ada/x', baseBranch: 'master' }],
    [
      "Merge pull request 'It's (#9) done' (#14) from ada/repo:fix into main\n\nReviewed-on: https://git.example.org/a/b/pulls/14\n",
      { number: 14, title: "It's (#9) done", body: 'Reviewed-on: https://git.example.org/a/b/pulls/14', headBranch: 'fix', baseBranch: 'main' },
    ],
  ])('%j', (message, expected) => {
    expect(parseMergeMessage(message)).toEqual(expect.objectContaining(expected));
  });
});

it.each([
  '',
  '\n',
  'Merge branch main',
  "Merge branch 'a' into 'b'",
  'Revert "Merge pull request #12 from a/b"',
  'See: Merge pull request #12 from a/b',
  'merge pull request #12 from a/b',
  'Merge pull request #0 from a/b',
  'Merge pull request #-1 from a/b',
  'Merge pull request #2147483648 from a/b',
  `Merge pull request #${'9'.repeat(400)} from a/b`,
  'Merge pull request #12abc from a/b',
  'Merge pull request 12 from a/b',
  "Merge branch 'main' into topic\n\nMerge pull request #20 from acme/y\n",
  "Merge branch 'main' into topic\n\n* main:\n  Merge pull request #20 from acme/y\n  See merge request acme/api!21\n",
  'Release\n\nMerged PR 12: Fix\n\nPull request #13: Fix\n\nMerge in PROJ/repo from a to b\n',
  '  Merge pull request #12 from a/b',
  'Pull request #12: Title\n\nNo merge of it\n',
  'Merged PR 12',
  'Merge pull request #\u0661\u0662 from a/b',
  'See merge request x/y!0',
  'See merge request x/y!',
  'See merge request x/y\n!12',
])('%j tells of no request', (message) => {
  expect(parseMergeMessage(message)).toBeNull();
});

it('prose that mentions a merge request is no trailer', () => {
  for (const text of [
    'See merge request acme/api!12 for the background, which we did not merge.',
    'See merge request x/y!3 (fixes)',
    'We See merge request x/y!3',
  ]) {
    expect(parseMergeMessage(`Merge branch 'main' into fix\n\n${text}\n`), text).toBeNull();
  }
  expect(parseMergeMessage("Merge branch 'a' into 'b'\n\nSee merge request x/y!3\n\nSee merge request x/y!4 as well")).toMatchObject({ number: 3 });
});

it.each(['Merge pull request #7 from acme/topic', 'Pull request #7: T\n\nMerge in P/r from a to b', 'Merge pull request #7 in P/r from a to b'])(
  'millions of lines after %j take no memory for each',
  (header) => {
    const lines = `${header}\n${'\n'.repeat(15_000_000)}end\n`;
    const before = process.memoryUsage().heapUsed;
    expect(parseMergeMessage(lines)).toMatchObject({ number: 7 });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  },
);

it('a message made to take long does not', () => {
  const begun = process.cpuUsage();
  parseMergeMessage(`${'See merge request '.repeat(5_000)}!`);
  parseMergeMessage(`Merge branch '${"' into '".repeat(5_000)}`);
  // Of the processor's time, in microseconds: others may use it meanwhile.
  expect(process.cpuUsage(begun).user).toBeLessThan(5_000_000);
});

describe('the head of a request is kept by', () => {
  it.each([
    ['refs/pull/12/head', 12],
    ['refs/merge-requests/12/head', 12],
  ])('%s', (ref, number) => {
    expect(requestOfRef(ref)).toBe(number);
  });

  it.each([
    'refs/pull/12/merge',
    'refs/pull/0/head',
    'refs/pull/12/head/x',
    'refs/pull/x/head',
    'refs/pull/2147483648/head',
    'refs/heads/pull/12/head',
    'refs/remotes/origin/pull/12/head',
    'pull/12/head',
  ])('not %s', (ref) => {
    expect(requestOfRef(ref)).toBeNull();
  });
});
