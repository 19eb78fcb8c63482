import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FatalError } from '../../../src/model/errors.ts';
import type { GitHub as GitHubClient } from '../../../src/providers/github/api.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { makeWorld } from '../../support/github/make-world.ts';
import { type GitHub, startGitHub } from '../../support/github/server.ts';
import type { PullRequest, Repository, Review } from '../../support/github/world.ts';
import { tempFolder } from '../../support/temp.ts';
import { connect } from './connect.ts';
import { Editor, Subject } from './pull-requests-support.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const NO_GRAPHQL: GitHubFault = { match: { kind: 'graphql' }, times: ALWAYS, effect: { do: 'status', status: 404 } };

const folder = tempFolder();
const made = makeWorld({ folder, repositories: 1, pullRequests: 320, bots: true });
const token = made.tokens.personal;
const repository = made.world.repositories[0] as Repository;
repository.pullRequests.forEach(makeOdder);
const editor = new Editor(repository);
let github: GitHub;
let client: GitHubClient;
let subject: Subject;

/** What the made ones don't have. */
function makeOdder(pull: PullRequest, index: number): void {
  if (index === 3)
    pull.reviews = Array.from({ length: 230 }, (_, at) => ({ ...(pull.reviews[at % 130] as Review), id: 7_000_000_000 + at, nodeId: `PRR_7${at}` }));
  if (index === 20) Object.assign(pull, { title: 'NUL \0 half \ud83d pair', body: '\0\ud83d\0' });
}

beforeAll(async () => {
  github = await startGitHub(made.world, { rateLimit: { core: 100_000, graphql: 100_000 } });
  client = connect(github, token);
});
afterAll(() => github.close());

beforeEach(async () => {
  editor.undo();
  github.setFaults([]);
  github.requests.length = 0;
  subject = await Subject.open(editor.name, () => client);
});
afterEach(async () => {
  await subject.close();
  expect(github.violations()).toEqual([]);
});

const expectRows = () => subject.expectRows(github, token);
const requests = (operation: string) => github.requests.filter((request) => request.operation === operation).length;
const submitted = ({ reviews }: PullRequest) => reviews.filter(({ state }) => state !== 'PENDING').length;

/** Runs again as the next sync would. */
async function runAgain(): Promise<void> {
  github.requests.length = 0;
  await subject.run();
}

describe('the first run', () => {
  it('stores every pull request with its reviews, page by page', async () => {
    await subject.run();
    expectRows();
    expect(requests('PullRequests')).toBe(Math.ceil(320 / 25));
    const overflow = editor.newestFirst.reduce((sum, pull) => sum + Math.ceil(Math.max(0, submitted(pull) - 50) / 100), 0);
    expect(requests('PullRequestReviews')).toBe(overflow);
    expect(github.requests).toHaveLength(Math.ceil(320 / 25) + overflow);
    expect(github.requests.every(({ points }) => points === 1)).toBe(true);
    expect(subject.batches.at(-1)).toMatchObject({ done: 320, total: 320 });
  });

  it('takes four requests for a hundred, and one for none', async () => {
    editor.remove(...repository.pullRequests.slice(100));
    for (const pull of repository.pullRequests) pull.reviews = pull.reviews.slice(0, 50);
    await subject.run();
    expectRows();
    expect(github.requests).toHaveLength(4);
    await subject.close();
    subject = await Subject.open(editor.name, () => client);
    editor.remove(...repository.pullRequests);
    github.requests.length = 0;
    await subject.run();
    expectRows();
    expect(github.requests).toHaveLength(1);
    editor.undo();
    await runAgain();
    expectRows();
  });
});

describe('a later run', () => {
  beforeEach(async () => {
    await subject.run();
    github.requests.length = 0;
  });

  it('asks once where nothing is new', async () => {
    await runAgain();
    expect(github.requests).toHaveLength(1);
    expect(subject.batches.flatMap(({ changes }) => changes)).toEqual([]);
    expectRows();
  });

  it('reads once more what changed within the last minutes: more may have changed in the same second', async () => {
    const now = new Date(Date.now() - 1_000).toISOString().replace(/\.\d+/, '');
    const [one, other] = editor.newestFirst.slice(-2) as [PullRequest, PullRequest];
    editor.touch(one);
    one.updatedAt = now;
    await runAgain();
    editor.touch(other);
    other.updatedAt = now;
    await runAgain();
    expect(github.requests).toHaveLength(1);
    expectRows();
  });

  it('reads what changes before a time of change that is still to come', async () => {
    const [one, other] = editor.newestFirst.slice(-2) as [PullRequest, PullRequest];
    editor.touch(one);
    one.updatedAt = '2099-01-01T00:00:00Z';
    await runAgain();
    editor.touch(other);
    other.updatedAt = new Date().toISOString().replace(/\.\d+/, '');
    await runAgain();
    expect(github.requests).toHaveLength(1);
    expectRows();
  });

  it('reads what has changed', async () => {
    const old = editor.newestFirst.toReversed();
    editor.close(old.find(({ state }) => state === 'open') as PullRequest);
    editor.review(old[5] as PullRequest, 'CHANGES_REQUESTED');
    editor.touch(old[7] as PullRequest, { reviews: [] });
    editor.add(60);
    await runAgain();
    expectRows();
    expect(requests('PullRequests')).toBe(3);
  });

  it('finds open ones that are gone, or that are others without having changed', async () => {
    const open = editor.newestFirst.toReversed().filter(({ state }) => state === 'open');
    const [gone, closed, older] = open as [PullRequest, PullRequest, PullRequest];
    Object.assign(closed, { state: 'closed', draft: false, closedAt: closed.updatedAt });
    older.updatedAt = new Date(Date.parse(older.updatedAt) - 1_000).toISOString().replace('.000', '');
    editor.remove(gone);
    await runAgain();
    expectRows();
    expect(github.requests).toHaveLength(2);
  });

  it('asks for the standing of more than a hundred open ones', async () => {
    for (const pull of editor.newestFirst.slice(0, 150)) editor.touch(pull, { state: 'open', mergedAt: null, closedAt: null, mergeCommit: null });
    await runAgain();
    expectRows();
    editor.remove(...editor.newestFirst.slice(30, 150));
    await runAgain();
    expectRows();
    expect(github.requests.length).toBeLessThan(5);
  });

  it('reads all with `full`, and deletes whatever is gone', async () => {
    editor.remove(...editor.newestFirst.filter(({ state }) => state !== 'open').slice(0, 20), repository.pullRequests.at(-1) as PullRequest);
    await subject.run({ options: { full: true } });
    expectRows();
    expect(subject.batches.length).toBeGreaterThan(10);
  });
});

/** What happens on GitHub after the first pages; the numbers of those that it deletes go into `gone`. */
function changesAfter(pages: number, gone: number[]): GitHubFault {
  const change = () => {
    const all = editor.newestFirst;
    // One that is read already, some that may not be, one that wasn't there.
    editor.touch(all[3] as PullRequest);
    editor.close(all.findLast(({ state }) => state === 'open') as PullRequest);
    editor.review(all.at(-30) as PullRequest, 'APPROVED');
    editor.touch(all.at(-1) as PullRequest);
    editor.add();
    const removed = [all[5], all.findLast(({ state }) => state === 'merged')] as PullRequest[];
    gone.push(...removed.map(({ number }) => number));
    editor.remove(...removed);
  };
  return { match: { path: /(graphql|pulls)$/ }, after: pages, effect: { do: 'change', change } };
}

describe('changes while pages are read', () => {
  it.each(Array.from({ length: 12 }, (_, page) => page + 1))('lose nothing in the first run, after page %i', async (page) => {
    const gone: number[] = [];
    github.setFaults([changesAfter(page, gone), changesAfter(page + 2, gone)]);
    await subject.run();
    subject.expectRows(github, token, gone);
    await subject.run({ options: { full: true } });
    expectRows();
  });

  it.each([0, 1, 2, 3])('lose nothing in a later run, after page %i', async (page) => {
    await subject.run();
    for (const pull of editor.newestFirst.slice(-90)) editor.touch(pull);
    const gone: number[] = [];
    github.setFaults([changesAfter(page, gone), changesAfter(page + 2, gone)]);
    await subject.run();
    subject.expectRows(github, token, gone);
    await subject.run();
    subject.expectRows(github, token, gone);
    expect(github.unmetFaults()).toEqual([]);
  });
});

describe('a run that was stopped', () => {
  it.each(Array.from({ length: 13 }, (_, batch) => batch + 1))('goes on after batch %i of the first run', async (batches) => {
    expect(await subject.run({ batches })).toBe(false);
    const { cursor } = subject;
    const all = editor.newestFirst;
    const read = Math.min(batches * 25, all.length);
    editor.touch(all.at(-1) as PullRequest);
    editor.touch(all[read - 1] as PullRequest);
    const removed = [all[0], all[read - 2]] as PullRequest[];
    const gone = removed.map(({ number }) => number);
    editor.remove(...removed);
    github.requests.length = 0;
    await subject.run({ cursor });
    subject.expectRows(github, token, gone);
    expect(requests('PullRequests')).toBeLessThanOrEqual(13 - batches + 2);
  });

  it.each([1, 2, 3, 4, 5])('goes on after batch %i of a later run', async (batches) => {
    await subject.run();
    const all = editor.newestFirst;
    editor.remove(all.findLast(({ state }) => state === 'open') as PullRequest);
    for (const pull of editor.newestFirst.slice(-90)) editor.touch(pull);
    await subject.run({ batches });
    await subject.run({ cursor: subject.cursor });
    expectRows();
  });
});

describe('what GitHub finds too much', () => {
  it.each(['status', 'resource-limits'] as const)('is asked for in smaller pages (%s)', async (kind) => {
    const effect = kind === 'status' ? ({ do: 'status', status: 502 } as const) : ({ do: 'resource-limits' } as const);
    github.setFaults([{ match: { kind: 'graphql', pageSizeOver: 6 }, times: ALWAYS, effect }]);
    await subject.run();
    expectRows();
    expect(github.requests.filter(({ fault }) => fault).length).toBeLessThan(github.requests.length / 3);
  });

  it('is asked for in larger pages again afterwards', async () => {
    github.setFaults([{ match: { operation: 'PullRequests' }, after: 1, times: 4, effect: { do: 'status', status: 504 } }]);
    await subject.run();
    expectRows();
    expect(sizes()).toEqual([25, 25, 12, 6, 3, 1, 1, 1, 1, 3, 3, 3, 3, 6, 6, 6, 6, 12, 12, 12, 12, ...Array(9).fill(25)]);
  });

  it('is asked for with fewer reviews where it is a single pull request', async () => {
    const heavy = editor.newestFirst[40] as PullRequest;
    heavy.reviews = (repository.pullRequests[3] as PullRequest).reviews.map((review, index) => ({ ...review, id: 8_000_000_000 + index }));
    github.setFaults([{ match: { operation: 'PullRequests', text: /"reviews":(50|25)\b/ }, after: 1, times: 8, effect: { do: 'status', status: 502 } }]);
    await subject.run();
    expectRows();
  });
});

const sizes = () =>
  github.requests.filter(({ operation }) => operation === 'PullRequests').map(({ body }) => (body as { variables: { first: number } }).variables.first);

describe('a server without GraphQL', () => {
  beforeEach(() => {
    editor.remove(...repository.pullRequests.slice(110));
    github.setFaults([NO_GRAPHQL]);
  });

  it('gives the same rows', async () => {
    await subject.run();
    expectRows();
    const rows = subject.pullRequests();
    await runAgain();
    expect(subject.pullRequests()).toEqual(rows);
    // GraphQL, the front of the list, and the list of the open ones.
    expect(github.requests).toHaveLength(3);
  });

  it('tells what has changed, and which open ones are gone', async () => {
    await subject.run();
    const all = editor.newestFirst.toReversed();
    const open = all.filter(({ state }) => state === 'open');
    editor.close(open[0] as PullRequest);
    editor.review(all[7] as PullRequest, 'COMMENTED');
    editor.remove(open[1] as PullRequest);
    Object.assign(open[2] as PullRequest, { state: 'closed', draft: false, closedAt: open[2]?.updatedAt });
    editor.add(30);
    await runAgain();
    expectRows();
    editor.remove(all.find(({ state }) => state === 'merged') as PullRequest);
    await subject.run({ options: { full: true } });
    expectRows();
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('loses nothing that changes while pages are read, after list %i', async (page) => {
    const gone: number[] = [];
    github.setFaults([changesAfter(page, gone), NO_GRAPHQL]);
    await subject.run();
    subject.expectRows(github, token, gone);
  });

  it('leaves out one that goes between two requests for it', async () => {
    const gone = editor.newestFirst[5] as PullRequest;
    const change = () => editor.remove(gone);
    github.setFaults([NO_GRAPHQL, { match: { path: new RegExp(`/pulls/${gone.number}$`) }, effect: { do: 'change', change } }]);
    await subject.run();
    expectRows();
  });

  it('loses nothing that slides down', async () => {
    github.setFaults([NO_GRAPHQL, { match: { path: /pulls(\/\d+\/reviews)?$/ }, times: ALWAYS, effect: { do: 'slide', rows: 3 } }]);
    await subject.run();
    expectRows();
  });

  it('comes to an end where more than a page changed in one second just now', async () => {
    const now = new Date(Date.now() - 1_000).toISOString().replace(/\.\d+/, '');
    for (const pull of editor.newestFirst.slice(0, 60)) Object.assign(pull, { updatedAt: now });
    expect(await subject.run({ batches: 40 })).toBe(true);
    expectRows();
  });

  it.each([1, 2, 3, 4, 5])('goes on after batch %i', async (batches) => {
    await subject.run({ batches });
    const { cursor } = subject;
    editor.touch(editor.newestFirst.at(-1) as PullRequest);
    const gone = editor.newestFirst[2] as PullRequest;
    editor.remove(gone);
    await subject.run({ cursor });
    subject.expectRows(github, token, [gone.number]);
  });

  it('may have had it when the run began', async () => {
    github.setFaults([]);
    await subject.run({ batches: 2 });
    github.setFaults([NO_GRAPHQL]);
    await subject.run({ cursor: subject.cursor });
    expectRows();
  });
});

describe('a repository that can not be read', () => {
  it.each([
    ['blocked', { disabled: 'dmca' }],
    ['gone', { name: 'elsewhere' }],
  ])('is %s: trying again does not help', async (_, change) => {
    const { name } = repository;
    Object.assign(repository, change);
    const error = await subject.run().catch((reason: unknown) => reason);
    Object.assign(repository, { name, disabled: null });
    expect(error).toBeInstanceOf(FatalError);
    expect(String(error)).toContain(editor.name);
  });
});
