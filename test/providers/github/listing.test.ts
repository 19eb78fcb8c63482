import { afterAll, beforeAll, expect, it } from 'vitest';
import { RetryableError } from '../../../src/model/errors.ts';
import { listRepositories } from '../../../src/providers/github/listing/list.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { makeWorld } from '../../support/github/make-world.ts';
import { type GitHub, startGitHub } from '../../support/github/server.ts';
import { tempFolder } from '../../support/temp.ts';
import { connect } from './connect.ts';

const made = makeWorld({ folder: tempFolder(), repositories: 1, pullRequests: 0 });
let github: GitHub;

beforeAll(async () => {
  github = await startGitHub(made.world, { rateLimit: { core: 100_000, graphql: 100_000 } });
});
afterAll(() => github.close());

/** Pages as long as they are asked for so many repositories: their numbers, null for one of which GitHub tells nothing. */
type Pages = [after: string | null, numbers: (number | null)[], more: boolean][];

/** What GitHub answers to those who ask for a page after a cursor; cursors are `c` and the place. */
function answers([after, numbers, more]: Pages[number]): GitHubFault {
  const from = after === null ? 0 : Number(after.slice(1)) + 1;
  const edges = numbers.map((number, index) => ({ cursor: `c${from + index}`, node: number === null ? null : node(number) }));
  const errors = numbers.flatMap((number, index) => (number === null ? [{ type: 'FORBIDDEN', message: 'Not for you', path: pathOf(index) }] : []));
  const data = { repositoryOwner: { repositories: { pageInfo: { hasNextPage: more }, edges } } };
  const body = JSON.stringify({ data, ...(errors.length > 0 ? { errors } : {}) });
  return fault(after, body, Number.POSITIVE_INFINITY);
}

function fault(after: string | null, body: string, times: number, skip = 0): GitHubFault {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { match: { text: new RegExp(`"after":${JSON.stringify(after)}`) }, after: skip, times, effect: { do: 'status', status: 200, body, headers } };
}

const pathOf = (index: number) => ['repositoryOwner', 'repositories', 'edges', index, 'node'];

function node(number: number) {
  const createdAt = `2024-01-01T00:00:${String(number).padStart(2, '0')}Z`;
  return {
    ...{ databaseId: number, nameWithOwner: `acme/r${number}`, url: `https://github.com/acme/r${number}`, createdAt, pushedAt: createdAt },
    ...{ isFork: false, isArchived: false, isDisabled: false, visibility: 'PUBLIC', description: null, primaryLanguage: null, licenseInfo: null },
    ...{ defaultBranchRef: null, repositoryTopics: { nodes: [] }, branches: { totalCount: 0 }, tags: { totalCount: 0 } },
    pullRequests: { totalCount: 0, nodes: [] },
  };
}

/** All pages of a listing. */
async function listed() {
  const names: string[] = [];
  const refused: string[] = [];
  const covered: boolean[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const client = connect(github, made.tokens.personal);
    const page = await listRepositories(client, { provider: 'github', owner: 'acme' }, after, new AbortController().signal);
    names.push(...page.repositories.map(({ name }) => name));
    refused.push(...page.refused.map(({ name }) => name));
    covered.push(page.covers !== undefined);
    after = page.next;
    more = after !== undefined;
  }
  return { names: names.join(' '), refused, covered };
}

it.each<[string, Pages, boolean[]]>([
  [
    'the last one of a page',
    [
      [null, [1, 2, null], true],
      ['c0', [2, null, 3], false],
    ],
    [true, false],
  ],
  [
    'all of a page but the first',
    [
      [null, [1, null], true],
      ['c1', [2, 3], false],
    ],
    [false],
  ],
  [
    'the first of a page',
    [
      [null, [1, 2], true],
      ['c0', [2, null], true],
      ['c2', [3], false],
    ],
    [true, false],
  ],
])('one of which nothing is told may be %s', async (_, pages, covered) => {
  github.setFaults(pages.map(answers));
  expect(await listed()).toEqual({ names: 'acme/r1 acme/r2 acme/r3', refused: ['acme/?'], covered });
});

it('a page of a single one is followed by the next', async () => {
  github.setFaults([answers([null, [1], true]), answers(['c0', [2, 3], false])]);
  expect(await listed()).toEqual({ names: 'acme/r1 acme/r2 acme/r3', refused: [], covered: [true] });
});

it.each([
  ['no more, and says that there are', [answers([null, [], true])]],
  ['no names of those it tells nothing of', [fault(null, nothing(), 1, 1), answers([null, [1, null], false])]],
])('does not end where GitHub lists %s', async (_, faults) => {
  github.setFaults(faults);
  await expect(listed()).rejects.toBeInstanceOf(RetryableError);
});

it('over REST a page may lack what the token may not see, and all of it', async () => {
  const noGraphql: GitHubFault = { match: { kind: 'graphql' }, times: Number.POSITIVE_INFINITY, effect: { do: 'status', status: 404 } };
  const pages = [[], [1, 2], [], [3], [4]].map((numbers, index, { length }): GitHubFault => {
    const next = { link: `<https://api.github.com/orgs/acme/repos?page=${index + 2}>; rel="next"` };
    const headers = { 'content-type': 'application/json; charset=utf-8', ...(index < length - 1 ? next : {}) };
    const match = { path: /^\/orgs\/acme\/repos$/, text: new RegExp(`[?&]page=${index + 1}\\b`) };
    return { match, times: Number.POSITIVE_INFINITY, effect: { do: 'status', status: 200, body: JSON.stringify(numbers.map(restRow)), headers } };
  });
  github.setFaults([noGraphql, ...pages]);
  const all = await listed();
  expect([all.names, all.refused]).toEqual(['acme/r1 acme/r2 acme/r3 acme/r4', []]);
  expect(github.unmetFaults()).toEqual([]);
});

function restRow(number: number) {
  const { databaseId: id, nameWithOwner: full_name, url: html_url, createdAt: created_at } = node(number);
  return { id, full_name, html_url, created_at, pushed_at: created_at, description: null, default_branch: 'main', private: false, fork: false };
}

function nothing(): string {
  return JSON.stringify({ data: { repositoryOwner: null }, errors: [{ message: 'Internal error', path: ['repositoryOwner'] }] });
}
