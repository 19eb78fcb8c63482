import { describe, expect, it } from 'vitest';
import { parseMergeMessage, requestOfRef } from '../../src/sources/local/merge-message.ts';

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
    ['Merge pull request #3 from a/b\n\nSee merge request x!4', { number: 3, title: '' }],
    ['Merge pull request #3 from a/b\n\nMerge pull request #4 from c/d\n\nTitle', { number: 3, title: 'Title' }],
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
  ])('%j', (message, expected) => {
    expect(parseMergeMessage(message)).toMatchObject(expected);
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
  'Merge pull request #\u0661\u0662 from a/b',
  'See merge request x/y!0',
  'See merge request x/y!',
  'See merge request x/y\n!12',
])('%j tells of no request', (message) => {
  expect(parseMergeMessage(message)).toBeNull();
});

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
