import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FatalError, RetryableError } from '../../../src/model/errors.ts';
import type { GitHub as GitHubClient } from '../../../src/sources/github/api.ts';
import { TooMuch } from '../../../src/sources/github/api.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { makeWorld } from '../../support/github/make-world.ts';
import { type GitHub, startGitHub } from '../../support/github/server.ts';
import { fullName, type PullRequest, type Repository, type Review } from '../../support/github/world.ts';
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
  if (index === 3) pull.reviews = Array.from({ length: 230 }, (_, at) => ({ ...(pull.reviews[at % 130] as Review), id: 7_000_000_000 + at, nodeId: `PRR_7${at}` }));
  if (index === 20) Object.assign(pull, { title: 'NUL \0 half \ud83d pair', body: '\0\ud83d\0' });
}

beforeAll(async () => {
  github = await startGitHub(made.world);
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
    editor.touch(editor.newestFirst[0] as PullRequest);
    await runAgain();
    const rows = subject.pullRequests();
    await runAgain();
    expect(github.requests).toHaveLength(1);
    expect(subject.batches.reduce((sum, { done }) => sum + done, 0)).toBeLessThan(25);
    expect(subject.pullRequests()).toEqual(rows);
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

/** Something on GitHub happens after the first pages. */
function changesAfter(page: number): GitHubFault {
  const change = () => {
    const all = editor.newestFirst;
    // One that is read already, some that aren't, one that never was there.
    editor.touch(all[3] as PullRequest);
    editor.close(all.findLast(({ state }) => state === 'open') as PullRequest);
    editor.review(all.at(-30) as PullRequest, 'APPROVED');
    editor.add();
    editor.remove(all[5] as PullRequest, all.findLast(({ state }) => state === 'merged') as PullRequest);
  };
  return { match: { path: /graphql|pulls$/ }, after: page, effect: { do: 'change', change } };
}

describe('changes while pages are read', () => {
  it.each(Array.from({ length: 13 }, (_, page) => page))('lose nothing in the first run, after page %i', async (page) => {
    github.setFaults([changesAfter(page)]);
    await subject.run();
    expect(github.unmetFaults()).toEqual([]);
    await subject.run({ options: { full: true } });
    expectRows();
  });
});

describe('what GitHub finds too much', () => {
  it('is asked for in smaller pages', async () => {
    github.setFaults([{ match: { kind: 'graphql', pageSizeOver: 6 }, times: ALWAYS, effect: { do: 'status', status: 502 } }]);
    await subject.run();
    expectRows();
    expect(github.requests.filter(({ fault }) => fault).length).toBeLessThan(github.requests.length / 3);
  });
});

describe('a repository that can not be read', () => {
  it('fails for good', async () => {
    repository.disabled = 'dmca';
    await expect(subject.run()).rejects.toBeInstanceOf(FatalError);
    repository.disabled = null;
  });
});
