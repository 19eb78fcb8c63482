import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { gitProgram } from '../../src/config.ts';
import type { RepoSyncInput } from '../../src/model/input.ts';
import { gitHubSource } from '../../src/providers/github/source.ts';
import { gitLabSource } from '../../src/providers/gitlab/source.ts';
import { localRepositoryId, repositoryId } from '../../src/providers/identity.ts';
import type { Sources } from '../../src/providers/index.ts';
import { type Acme, startAcme } from '../cli/support/github.ts';
import { type Lab, startLab } from '../cli/support/gitlab.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { git } from '../support/git.ts';
import { runSync } from '../support/sync.ts';
import { lastWrites, rowCounts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';

const CLONES = { program: gitProgram, cacheBytes: 1e9 };

/** How a `repoSync` ends that somebody started: the failure, or undefined. */
async function failureOf({ client, taskQueue }: TestWorker, input: unknown): Promise<ApplicationFailure | undefined> {
  const run = client.workflow.execute('repoSync', { taskQueue, workflowId: `test/${randomUUID()}`, args: [input] });
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return undefined;
  if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
  expect(error.cause.nonRetryable).toBe(true);
  return error.cause;
}

/** The input with which `orgSync` started the workflow of a repository. */
async function inputOf({ client }: TestWorker, { host, repo }: Record<string, unknown>): Promise<RepoSyncInput> {
  const { events } = await client.workflow.getHandle(`repo-sync/${host}/${repo}`).fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return defaultPayloadConverter.fromPayload(payload ?? {});
}

const WORLDS = [
  {
    name: 'GitHub',
    start: (folder: string): Promise<Acme | Lab> => startAcme(folder, { repositories: 3, pullRequests: 6 }),
    sourcesOf: ({ access }: Acme | Lab): Partial<Sources> => ({
      github: gitHubSource(
        () => ({ url: access['GITHUB_URL'] ?? '', auth: { kind: 'token', token: access['GITHUB_TOKEN'] ?? '' }, variable: 'GITHUB_TOKEN' }),
        CLONES,
      ),
    }),
  },
  {
    name: 'GitLab',
    start: (folder: string): Promise<Acme | Lab> => startLab(folder, { projects: 3, mergeRequests: 6 }),
    sourcesOf: ({ access }: Acme | Lab): Partial<Sources> => ({
      gitlab: gitLabSource(() => ({ url: access['GITLAB_URL'] ?? '', token: access['GITLAB_TOKEN'] ?? '', variable: 'GITLAB_TOKEN' }), CLONES),
    }),
  },
];

describe.each(WORLDS)('a repoSync that somebody starts with a repository at $name', ({ start, sourcesOf }) => {
  const folder = tempFolder();
  let forge: Acme | Lab;
  const worker = forThisFile(async () => {
    forge = await start(folder);
    return startTestWorker(folder, { sources: sourcesOf(forge) });
  });
  /** Inputs that a listing made. */
  let [one, other]: RepoSyncInput[] = [];

  const input = (): RepoSyncInput => structuredClone(one) as RepoSyncInput;
  const facts = (more: object) => ({ ...input(), repository: { ...input().repository, hosted: { ...input().repository.hosted, ...more } } });
  const repository = (more: object) => ({ ...input(), repository: { ...input().repository, ...more } });

  beforeAll(async () => {
    await runSync(worker(), { provider: forge.provider, owner: forge.owner });
    const rows = query(folder, 'select host, repo from repos where head_hash is not null order by repo');
    [one, other] = await Promise.all(rows.slice(0, 2).map((row) => inputOf(worker(), row)));
  });

  it('replaces no rows of another one, whichever of the two it claims to be', async () => {
    const before = lastWrites(folder);
    const { id, name, url, hosted } = (other as RepoSyncInput).repository;
    for (const made of [repository({ id }), repository({ id, url }), repository({ id: randomUUID() }), facts({ providerId: hosted?.providerId })]) {
      for (const more of [{}, { full: true }, { stages: ['pull-requests'] }]) {
        expect(await failureOf(worker(), { ...made, ...more })).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('repository: ') });
      }
    }
    expect(await failureOf(worker(), repository({ name, url }))).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining(name) });
    expect(lastWrites(folder)).toEqual(before);
    expect(query(folder, "select * from sync_runs where stage = 'prepare'")).toEqual([]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'JavaScript://%0aalert(1)', 'ssh://host/x', '//host/x', ''])(
    'is refused with the URL %j',
    async (url) => {
      expect(await failureOf(worker(), repository({ url }))).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('repository.url: ') });
    },
  );

  it('writes what the host says of it, not what the input says', async () => {
    const before = query(folder, 'select * from repos order by id');
    const made = { ref: 'made-up', head: 'f'.repeat(40), isFork: true, isArchived: true, createdAt: '1999-01-01T00:00:00Z', tags: ['x'], settings: { x: 1 } };
    for (const more of [{}, { stages: ['pull-requests'] }]) {
      expect(await failureOf(worker(), { ...facts(made), ...more })).toBeUndefined();
      expect(await failureOf(worker(), { ...repository({ url: 'https://example.org/x' }), ...more })).toBeUndefined();
      expect(await failureOf(worker(), { ...repository({ probe: { git: 'x', pullRequests: '2999-01-01T00:00:00.000Z x' } }), ...more })).toBeUndefined();
    }
    expect(query(folder, 'select * from repos order by id')).toEqual(before);
    expect(query(folder, "select cursor from sync_state where cursor like '%2999%'")).toEqual([]);
  });

  it('asks the API for nothing about it where a listing has stored it', async () => {
    forge.server.requests.length = 0;
    expect(await failureOf(worker(), { ...input(), stages: ['commits'] })).toBeUndefined();
    expect(forge.server.requests.filter(({ kind }) => kind !== 'git')).toEqual([]);
  });

  it('is one that the host says is there, where no listing has stored it', async () => {
    const fresh = join(folder, 'fresh');
    mkdirSync(fresh);
    await using elsewhere = await startTestWorker(fresh, { sources: sourcesOf(forge) });
    const { id, hosted } = (other as RepoSyncInput).repository;
    for (const made of [repository({ id }), facts({ providerId: hosted?.providerId, ref: 'x' }), facts({ providerId: '999999' })].slice(
      forge.provider === 'github' ? 0 : 2,
    )) {
      expect(await failureOf(elsewhere, made)).toMatchObject({ type: 'InvalidInput' });
    }
    expect(rowCounts(fresh)).toMatchObject({ repos: 0, git_commits: 0, git_pull_requests: 0 });
    expect(await failureOf(elsewhere, facts({ settings: { x: 1 } }))).toBeUndefined();
    const row = (where: string) => query(where, `select id, repo, url, ref, head_hash, settings, tags from repos where id = '${input().repository.id}'`);
    expect(row(fresh)).toEqual(row(folder));
  });

  it('goes on from its old input after the repository was renamed', async () => {
    const { world } = forge.made;
    const providerId = Number(input().repository.hosted?.providerId);
    if ('projects' in world) {
      const project = world.projects.find(({ id }) => id === providerId);
      project?.formerPaths.push(input().repository.name);
      Object.assign(project ?? {}, { path: 'renamed' });
    } else {
      const found = world.repositories.find(({ id }) => id === providerId);
      found?.formerNames.push(input().repository.name);
      Object.assign(found ?? {}, { name: 'renamed' });
    }
    await runSync(worker(), { provider: forge.provider, owner: forge.owner });
    expect(await failureOf(worker(), input())).toBeUndefined();
    expect(query(folder, `select repo from repos where id = '${input().repository.id}'`)).toEqual([{ repo: expect.stringMatching(/\/renamed$/) }]);
  });
});

test('a local repository that somebody made up is what its path holds', async () => {
  const folder = tempFolder();
  const [real, own, named] = ['real', 'own', 'named'].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [real, own, named]) makeDeepRepository(path, { commits: 3, files: 2 });
  git(real, ['remote', 'add', 'origin', 'https://github.com/acme/api.git']);
  git(named, ['remote', 'add', 'origin', 'git@example.org:acme/named.git']);
  await using worker = await startTestWorker(folder);
  await runSync(worker, { provider: 'local', paths: [real] });
  const id = repositoryId({ host: 'github.com', name: 'acme/api' });
  const before = lastWrites(folder, id);

  for (const path of [own, named]) {
    const made = { provider: 'local', id, host: 'github.com', name: 'acme/api', url: 'https://github.com/acme/api', path };
    expect(await failureOf(worker, { repository: made, owner: 'x', full: true })).toBeUndefined();
    const hosted = { providerId: '1', ref: 'main', head: null, isFork: false, isArchived: false, createdAt: '2021-01-01T00:00:00Z', tags: [], settings: {} };
    expect(await failureOf(worker, { repository: { ...made, hosted, probe: { git: 'x' } }, owner: 'x' })).toBeUndefined();
  }
  expect(lastWrites(folder, id)).toEqual(before);
  expect(query(folder, 'select id, host, repo, url, provider from repos where id <> ? order by repo', id)).toEqual([
    {
      id: repositoryId({ host: 'example.org', name: 'acme/named' }),
      host: 'example.org',
      repo: 'acme/named',
      url: 'https://example.org/acme/named',
      provider: 'local',
    },
    { id: localRepositoryId(own), host: '', repo: 'own', url: `file://${own}`, provider: 'local' },
  ]);
  const ids = query(folder, 'select distinct repo_id from git_commits order by repo_id').map(({ repo_id }) => repo_id);
  expect(ids).toEqual([id, localRepositoryId(own), repositoryId({ host: 'example.org', name: 'acme/named' })].sort());
});
