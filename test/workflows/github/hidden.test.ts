import { expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { readRefs } from '../../support/forge/refs.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { expectRepositories } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import type { Repository } from '../../support/github/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();
const acme = organisationOf(parent, { repositories: 2, pullRequests: 4 });

async function sync(folder: string, faults: GitHubFault[] = []) {
  acme().server.setFaults(faults);
  await using worker = await acme().work(folder);
  return await runSync(worker, { provider: 'github', owner: 'acme', stages: ['commits'] });
}

/** What GitHub answers a listing with. */
function node({ id, owner, name, defaultBranch, path, createdAt, pushedAt }: Repository) {
  return {
    ...{ databaseId: id, nameWithOwner: `${owner}/${name}`, url: `${acme().server.webUrl}/${owner}/${name}`, createdAt, pushedAt },
    ...{ isFork: false, isArchived: false, isDisabled: false, visibility: 'PUBLIC', description: null, primaryLanguage: null, licenseInfo: null },
    defaultBranchRef: { name: defaultBranch, target: { oid: readRefs(path).get(`refs/heads/${defaultBranch}`) } },
    ...{ repositoryTopics: { nodes: [] }, branches: { totalCount: 1 }, tags: { totalCount: 0 }, pullRequests: { totalCount: 0, nodes: [] } },
  };
}

/** A listing of which GitHub leaves out a part. */
function answers(times: number, nodes: object[], error: object): GitHubFault {
  const edges = nodes.map((each, index) => ({ cursor: `c${index}`, node: Object.keys(each).length === 0 ? null : each }));
  const data = { repositoryOwner: { repositories: { pageInfo: { hasNextPage: false }, edges } } };
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { match: { kind: 'graphql' }, times, effect: { do: 'status', status: 200, body: JSON.stringify({ data, errors: [error] }), headers } };
}

const at = (index: number) => node(acme().world.repositories[index] as Repository);
const path = ['repositoryOwner', 'repositories', 'edges', 1, 'node'];
const commits = (folder: string) => query(folder, 'select count(*) as count from git_commits');

test('a default branch that GitHub leaves out for now is not taken for an empty repository', async () => {
  const folder = acme().folder('branch');
  await sync(folder);
  const before = commits(folder);
  const error = { path: [...path, 'defaultBranchRef'], message: 'Internal error' };
  const { failures } = await sync(folder, [answers(1, [at(0), { ...at(1), pushedAt: '2024-01-01T00:00:00Z', defaultBranchRef: null }], error)]);
  expect(failures).toEqual([]);
  expect(commits(folder)).toEqual(before);
  expectRepositories(folder, acme().server, { owner: 'acme', token: acme().token });
});

test('one of which GitHub tells nothing at all is reported, and nothing is taken for removed', async () => {
  const folder = acme().folder('hidden');
  await sync(folder);
  const { failures } = await sync(folder, [answers(2, [at(0), {}], { type: 'FORBIDDEN', path, message: 'Not for you' })]);
  expect(failures).toEqual([{ repository: 'acme/?', reason: "GitHub doesn't hand it out: Not for you" }]);
  expect(query(folder, 'select repo from repos where removed_at is not null')).toEqual([]);
});
