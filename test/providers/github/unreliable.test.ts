import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cursor } from '../../../src/model/activities.ts';
import { RetryableError } from '../../../src/model/errors.ts';
import type { GitHub as GitHubClient } from '../../../src/providers/github/api.ts';
import { AT_ONCE } from '../../support/forge/once.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { makeWorld } from '../../support/github/make-world.ts';
import { type GitHub, startGitHub } from '../../support/github/server.ts';
import type { PullRequest, Repository } from '../../support/github/world.ts';
import { tempFolder } from '../../support/temp.ts';
import { connect } from './connect.ts';
import { Editor, Subject } from './pull-requests-support.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const NO_GRAPHQL: GitHubFault = { match: { kind: 'graphql' }, times: ALWAYS, effect: { do: 'status', status: 404 } };

const made = makeWorld({ folder: tempFolder(), repositories: 1, pullRequests: 60 });
const token = made.tokens.personal;
const editor = new Editor(made.world.repositories[0] as Repository);
let github: GitHub;
let client: GitHubClient;
let subject: Subject;

beforeAll(async () => {
  github = await startGitHub(made.world, { rateLimit: { core: 100_000, graphql: 100_000 } });
  client = connect(github, token, AT_ONCE);
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

/** Runs the stage as an activity does: each attempt resumes at the cursor that the last one left. @returns The attempts. */
async function runToEnd(cursor: Cursor = {}, attempts = 1): Promise<number> {
  try {
    await subject.run({ cursor });
    return attempts;
  } catch (error) {
    if (!(error instanceof RetryableError) || attempts === 5) throw error;
    return await runToEnd(subject.batches.at(-1)?.cursor ?? cursor, attempts + 1);
  }
}

const stored = () => subject.pullRequests().map(({ number }) => number);
const others = (bad: PullRequest) =>
  editor.newestFirst
    .filter((pull) => pull !== bad)
    .map(({ number }) => number)
    .toSorted((a, b) => a - b);
const answered = (path: RegExp) => github.requests.filter((request) => request.status === 200 && path.test(request.path)).map(({ path: each }) => each);

const WAYS: [string, (bad: PullRequest) => GitHubFault[]][] = [
  ...([500, 502, 'partial'] as const).map((as): [string, (bad: PullRequest) => GitHubFault[]] => [
    `GraphQL, ${as}`,
    ({ number }) => [{ match: { kind: 'graphql' }, times: ALWAYS, effect: { do: 'broken-pull', number, as } }],
  ]),
  ['REST', ({ number }) => [NO_GRAPHQL, { match: { path: new RegExp(`/pulls/${number}$`) }, times: ALWAYS, effect: { do: 'status', status: 500 } }]],
  ['REST, reviews', ({ number }) => [NO_GRAPHQL, { match: { path: new RegExp(`/pulls/${number}/reviews$`) }, times: ALWAYS, effect: { do: 'reset' } }]],
];

describe.each(WAYS)('a pull request that always fails (%s)', (_, faultsOf) => {
  it.each([0, 30, 59])('is skipped after three attempts, and tried first by the next run (place %i)', async (place) => {
    const bad = editor.newestFirst[place] as PullRequest;
    github.setFaults(faultsOf(bad));
    expect(await runToEnd()).toBe(3);
    expect(stored()).toEqual(others(bad));
    expect(subject.result?.['skipped']).toEqual([{ number: bad.number, reason: expect.any(String) }]);

    expect(await runToEnd()).toBe(1);
    expect(subject.result?.['skipped']).toMatchObject([{ number: bad.number }]);

    github.setFaults(faultsOf({ ...bad, number: 0 }));
    expect(await runToEnd()).toBe(1);
    subject.expectRows(github, token);
    expect(subject.result).not.toHaveProperty('skipped');
  });

  it('fails nothing any more once it is deleted', async () => {
    const bad = editor.newestFirst[7] as PullRequest;
    github.setFaults(faultsOf(bad));
    await runToEnd();
    editor.remove(bad);
    github.setFaults(faultsOf({ ...bad, number: 0 }));
    expect(await runToEnd()).toBe(1);
    subject.expectRows(github, token);
    expect(subject.result).not.toHaveProperty('skipped');
  });
});

it('a review page that always fails takes only its pull request with it', async () => {
  const bad = editor.newestFirst[7] as PullRequest;
  for (const pull of editor.newestFirst) pull.reviews = pull.reviews.slice(0, 50);
  const [review] = editor.newestFirst.flatMap(({ reviews }) => reviews);
  bad.reviews = Array.from(
    { length: 130 },
    (_, at) => ({ ...structuredClone(review), id: 7_000_000_000 + at, nodeId: `PRR_7${at}`, state: 'APPROVED' }) as never,
  );
  github.setFaults([{ match: { operation: 'PullRequestReviews' }, times: ALWAYS, effect: { do: 'status', status: 500 } }]);
  await runToEnd();
  expect(stored()).toEqual(others(bad));
  expect(subject.result?.['skipped']).toMatchObject([{ number: bad.number }]);
});

it.each([
  ['GraphQL', []],
  ['REST', [NO_GRAPHQL]],
])('a host that goes down while it is read has no pull request skipped (%s)', async (_, faults) => {
  github.setFaults([...faults, { after: 3, times: ALWAYS, effect: { do: 'status', status: 503 } }]);
  await expect(subject.run()).rejects.toBeInstanceOf(RetryableError);
  const { cursor } = subject;
  expect(cursor['failed'] ?? []).toEqual([]);
  github.setFaults(faults);
  await subject.run({ cursor });
  subject.expectRows(github, token);
  expect(subject.result).not.toHaveProperty('skipped');
});

it('what was read of a page over REST before the host went down is not asked for again', async () => {
  github.setFaults([NO_GRAPHQL, { match: { kind: 'rest' }, after: 40, times: 8, effect: { do: 'status', status: 502 } }]);
  await expect(subject.run()).rejects.toBeInstanceOf(RetryableError);
  expect(stored().length).toBeGreaterThan(5);
  await subject.run({ cursor: subject.cursor });
  subject.expectRows(github, token);
  const pulls = answered(/\/pulls\/\d+$/);
  // Just the one that it went down in the middle of.
  expect(pulls.length - new Set(pulls).size).toBeLessThanOrEqual(1);
});

it.each([
  ['GraphQL', [{ match: { operation: /^PullRequests/ }, times: ALWAYS, effect: { do: 'status', status: 500 } }]],
  ['REST', [NO_GRAPHQL, { match: { path: /\/pulls\/\d+$/ }, times: ALWAYS, effect: { do: 'status', status: 500 } }]],
] as [string, GitHubFault[]][])('more failures than a few items can have are not skipped (%s)', async (_, faults) => {
  github.setFaults(faults);
  await expect(runToEnd()).rejects.toThrow(/with 500/);
  expect(subject.result).toBeUndefined();
});
