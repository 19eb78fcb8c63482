import { expect, test } from 'vitest';
import { Editor } from '../../providers/github/pull-requests-support.ts';
import { requestCounts, sentWhileLimited } from '../../support/forge/requests.ts';
import { faultsOfEveryKind } from '../../support/github/every-fault.ts';
import { expectPullRequests, expectRepositories, expectWorld } from '../../support/github/expect-world.ts';
import { readableRepositories } from '../../support/github/expected.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { runSync } from '../../support/sync.ts';
import { expectSameFacts } from '../../support/tables.ts';
import { tempFolder } from '../../support/temp.ts';

/** In milliseconds: it sends thousands of requests and starts hundreds of processes. */
const LIMIT = 1_800_000;

const parent = tempFolder();
/** Enough requests of each kind to meet all faults, and several pages of the largest repository. */
const SIZE = { repositories: 40, pullRequests: 700 };
const acme = organisationOf(parent, SIZE);

/** Taken down by the host, and listed all the same. */
const BLOCKED = [
  { repository: 'acme/repo-004', reason: expect.stringContaining('Repository access blocked') },
  { repository: 'acme/x', reason: expect.stringContaining('Repository access blocked') },
];

async function syncInto(name: string): Promise<string> {
  const folder = acme().folder(name);
  acme().server.requests.length = 0;
  await using worker = await acme().work(folder);
  const result = await runSync(worker, { provider: 'github', owner: 'acme' });
  expect(result.failures.toSorted((a, b) => (a.repository < b.repository ? -1 : 1))).toEqual(BLOCKED);
  expect(result.repositories).toEqual({ listed: SIZE.repositories, done: SIZE.repositories - BLOCKED.length, failed: BLOCKED.length });
  expect(acme().server.violations()).toEqual([]);
  return folder;
}

test('an organisation with every fault on the way is stored as it is, and no request is sent while limited', { timeout: LIMIT }, async () => {
  const [repository] = acme().world.repositories;
  if (repository === undefined) throw new Error('no repository');
  const editor = new Editor(repository);
  // Not read yet by then: once it's at the front, no later page has it.
  const change = () => editor.touch(editor.newestFirst.at(-1) as never);
  acme().server.setFaults(faultsOfEveryKind(`${repository.owner}/${repository.name}`, change));
  const folder = await syncInto('faulty');

  expect(acme().server.unmetFaults()).toEqual([]);
  expect(sentWhileLimited(acme().server.requests)).toEqual([]);
  const whose = { owner: 'acme', token: acme().token };
  expectRepositories(folder, acme().server, whose);
  expectPullRequests(folder, acme().server, whose);
});

test('a quiet run gives the same rows, by no more requests than its repositories and pull requests need', { timeout: LIMIT }, async () => {
  acme().server.setFaults([]);
  const folder = await syncInto('quiet');

  const repositories = readableRepositories(acme().world, acme().token, 'acme');
  const pulls = repositories.flatMap(({ pullRequests }) => pullRequests);
  const submitted = pulls.map(({ reviews }) => reviews.filter(({ state }) => state !== 'PENDING').length);
  expect(pulls).toHaveLength(SIZE.pullRequests);
  expect(repositories).toHaveLength(SIZE.repositories - BLOCKED.length);
  expect(requestCounts(acme().server.requests)).toEqual({
    // One per 100 repositories, and one for the names of those that nothing else is told of.
    repositories: 2,
    PullRequests: sum(repositories.map(({ pullRequests }) => Math.max(1, Math.ceil(pullRequests.length / 25)))),
    PullRequestReviews: sum(submitted.map((count) => Math.max(0, Math.ceil((count - 50) / 100)))),
    // What it can do, its refs, and a pack, which an empty one lacks. Git shows no password before it's asked for one.
    git: sum(repositories.map(({ empty, private: hidden }) => (empty ? 2 : 3) + Number(hidden))),
  });
  await expectWorld(folder, acme().server, { owner: 'acme', token: acme().token });
  expectSameFacts(`${parent}/faulty`, folder);
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
