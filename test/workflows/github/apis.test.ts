import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Stage } from '../../../src/model/stages.ts';
import type { GitHubConnection } from '../../../src/providers/github/connection.ts';
import type { RequestRecord } from '../../support/forge/exchange.ts';
import { requestCounts, sentWhileLimited } from '../../support/forge/requests.ts';
import { startTrap } from '../../support/forge/trap.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { restFaults } from '../../support/github/every-fault.ts';
import { expectPullRequests, expectRepositories, expectWorld } from '../../support/github/expect-world.ts';
import { type Organisation, startOrganisation } from '../../support/github/organisation.ts';
import { runSync } from '../../support/sync.ts';
import { expectSameFacts } from '../../support/tables.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();

/** As an Enterprise Server answers that has it switched off. */
const NO_GRAPHQL: GitHubFault = {
  match: { kind: 'graphql' },
  times: Number.POSITIVE_INFINITY,
  effect: { do: 'status', status: 404, body: '{"message":"Not Found"}', headers: { 'content-type': 'application/json; charset=utf-8' } },
};

interface Run {
  organisation: Organisation;
  folder: string;
  faults?: GitHubFault[];
  connection?: GitHubConnection;
  /** All unless told. */
  stages?: Stage[];
}

/** Syncs the whole owner; gives the requests that it took, and names of repositories that failed. */
async function sync({ organisation, folder, faults = [], connection, stages }: Run): Promise<{ requests: RequestRecord[]; failed: string[] }> {
  const { server, owner } = organisation;
  server.requests.length = 0;
  server.setFaults(faults);
  await using worker = await organisation.work(folder, connection);
  const { failures } = await runSync(worker, { provider: 'github', owner, ...(stages && { stages }) });
  expect(server.violations()).toEqual([]);
  expect(server.unmetFaults()).toEqual([]);
  expect(sentWhileLimited(server.requests)).toEqual([]);
  return { requests: [...server.requests], failed: failures.map(({ repository }) => repository).toSorted() };
}

/** One of git and one of the host: enough for what is about who asks. */
const STAGES: Stage[] = ['commits', 'pull-requests'];

function expectOf(...about: Parameters<typeof expectRepositories>): void {
  expectRepositories(...about);
  expectPullRequests(...about);
}

const kinds = (requests: readonly RequestRecord[]) => [...new Set(requests.filter(({ status }) => status === 200).map(({ kind }) => kind))].toSorted();

test('where GraphQL is switched off REST gives the same rows, also with every fault on the way', async () => {
  await using organisation = await startOrganisation(`${parent}/rest`, { repositories: 12, pullRequests: 130, bots: true });
  const folder = (name: string) => organisation.folder(name);
  const graphql = await sync({ organisation, folder: folder('graphql') });
  expect(kinds(graphql.requests)).toEqual(['git', 'graphql']);
  await expectWorld(folder('graphql'), organisation.server, { owner: 'acme', token: organisation.token });

  const rest = await sync({ organisation, folder: folder('rest'), faults: [NO_GRAPHQL] });
  expect(kinds(rest.requests)).toEqual(['git', 'rest']);
  expect(rest.failed).toEqual(graphql.failed);
  expectSameFacts(folder('rest'), folder('graphql'));

  const trap = await startTrap();
  const faulty = await sync({ organisation, folder: folder('faulty'), faults: [NO_GRAPHQL, ...restFaults(trap.url)] });
  expect(faulty.failed).toEqual(graphql.failed);
  expectSameFacts(folder('faulty'), folder('graphql'));
  expect(trap.requests).toEqual([]);
  await trap.close();
});

test('a second sync over REST with nothing new asks for no clone', async () => {
  await using organisation = await startOrganisation(`${parent}/rest-again`, { repositories: 3, pullRequests: 10 });
  const folder = organisation.folder('again');
  await sync({ organisation, folder, faults: [NO_GRAPHQL] });
  const { requests } = await sync({ organisation, folder, faults: [NO_GRAPHQL] });
  expect(kinds(requests)).toEqual(['rest']);
  await expectWorld(folder, organisation.server, { owner: 'acme', token: organisation.token });
});

test.for([
  ['GraphQL', []],
  ['REST', [NO_GRAPHQL]],
] as const)("a user's own repositories are synced over %s, the private ones where the token may see them", async ([api, faults]) => {
  await using organisation = await startOrganisation(`${parent}/user-${api}`, { owner: 'sync-user', type: 'User', repositories: 8, pullRequests: 12 });
  const folder = organisation.folder('own');
  await sync({ organisation, folder, faults: [...faults], stages: STAGES });
  const whose = { owner: 'sync-user', token: organisation.token };
  expect(organisation.world.repositories.filter((repository) => repository.private)).not.toEqual([]);
  expectOf(folder, organisation.server, whose);

  const foreign = organisation.folder('public');
  const token = organisation.tokens.publicOnly;
  await sync({
    organisation,
    folder: foreign,
    faults: [...faults],
    stages: STAGES,
    connection: { ...organisation.connection, auth: { kind: 'token', token } },
  });
  expectOf(foreign, organisation.server, { ...whose, token });
});

test.for([
  ['GraphQL', { match: { operation: 'PullRequests' }, after: 3, effect: { do: 'unauthorized', revoke: true } }],
  // A private one's: git shows the token once it's asked for it.
  ['git', { match: { kind: 'git', path: /\/repo-006\.git\/info\/refs$/ }, after: 1, effect: { do: 'unauthorized', revoke: true } }],
] as [string, GitHubFault][])("a GitHub App's token that %s refuses in the middle is renewed once, and nothing is lost", async ([api, fault]) => {
  await using organisation = await startOrganisation(`${parent}/app-${api}`, { repositories: 8, pullRequests: 60 });
  const { app, connection, server } = organisation;
  const installationId = app.installations[0]?.id ?? 0;
  const folder = organisation.folder('app');
  const { requests, failed } = await sync({
    organisation,
    folder,
    stages: STAGES,
    faults: [fault],
    connection: {
      url: connection.url,
      auth: { kind: 'app', appId: String(app.id), privateKey: app.privateKey, installationId },
      variable: 'GITHUB_APP_PRIVATE_KEY',
    },
  });
  expect(requestCounts(requests)[`POST /app/installations/${installationId}/access_tokens`]).toBe(2);
  // Those beside it may have been on their way with the same token.
  const refused = requests.filter(({ headers, status }) => headers['authorization'] !== undefined && status === 401);
  expect(refused.length).toBeGreaterThan(0);
  expect(failed).toEqual(['acme/repo-004']);
  expectOf(folder, server, { owner: 'acme', token: organisation.token });
});

test('a personal token that is revoked on the way ends the run with a reason that names its variable', async () => {
  await using organisation = await startOrganisation(`${parent}/revoked`, { repositories: 3, pullRequests: 30 });
  const faults: GitHubFault[] = [{ match: { operation: 'PullRequests' }, effect: { do: 'unauthorized', revoke: true } }];
  const { server, token } = organisation;
  server.setFaults(faults);
  await using worker = await organisation.work(organisation.folder('revoked'));
  const run = runSync(worker, { provider: 'github', owner: 'acme', stages: STAGES, concurrency: 1 });
  const failure = await run.catch((error: unknown) => error);
  expect(failure).toMatchObject({ cause: { message: expect.stringContaining('GITHUB_TOKEN is not accepted (401)') } });
  expect(inspect(failure, { depth: 10 })).not.toContain(token);
  // The other repositories aren't tried, which could tell nothing else.
  expect(server.requests.filter(({ operation }) => operation === 'PullRequests')).toHaveLength(1);
});
