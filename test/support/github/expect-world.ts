import { expect } from 'vitest';
import { repositoryId } from '../../../src/sources/identity.ts';
import { query } from '../database.ts';
import { expectRecords, GIT_TABLES, ORACLES } from '../expect-rows.ts';
import { readRefs } from '../forge/refs.ts';
import { expectedRows, readableRepositories } from './expected.ts';
import { expectedColumns } from './expected-columns.ts';
import type { GitHub } from './server.ts';
import { fullName, type Repository } from './world.ts';

type Row = Record<string, unknown>;

/** Whose rows are looked at, and what they may read. */
interface Whose {
  owner: string;
  token: string;
}

/** Fails unless the database in a folder holds exactly what an owner has, in all tables of facts. */
export async function expectWorld(folder: string, server: GitHub, whose: Whose): Promise<void> {
  expectRepositories(folder, server, whose);
  expectPullRequests(folder, server, whose);
  await expectGitRows(folder, readableRepositories(server.world, whose.token, whose.owner));
}

/** Those that can't be read have no row. */
export function expectRepositories(folder: string, { webUrl, world }: GitHub, { owner, token }: Whose): void {
  const { host } = new URL(webUrl);
  const expected = readableRepositories(world, token, owner).map((repository) => {
    const head = readRefs(repository.path).get(`refs/heads/${repository.defaultBranch}`) ?? null;
    return {
      id: repositoryId({ host, name: fullName(repository) }),
      repo: fullName(repository),
      provider: 'github',
      host,
      provider_id: String(repository.id),
      url: `${webUrl}/${fullName(repository)}`,
      ref: head === null ? null : repository.defaultBranch,
      head_hash: head,
      is_fork: Number(repository.fork),
      is_archived: Number(repository.archived),
      created_at: new Date(repository.createdAt).toISOString(),
      removed_at: null,
      tags: repository.topics,
      settings: {
        description: repository.description,
        visibility: repository.private ? 'private' : 'public',
        language: repository.language,
        license: repository.license,
      },
    };
  });
  const stored: Row[] = query<Row>(folder, 'select * from repos').map(({ last_synced, settings, tags, ...row }) => ({
    ...row,
    tags: JSON.parse(String(tags)),
    settings: JSON.parse(String(settings)),
  }));
  expect(byName(stored)).toEqual(byName(expected));
}

export function expectPullRequests(folder: string, { webUrl, world }: GitHub, { owner, token }: Whose): void {
  const { pullRequests, reviews } = expectedRows(world, { webUrl, token, owner });
  const stored = (table: string) =>
    query<Row>(folder, `select repos.repo, ${table}.* from ${table} join repos on repos.id = repo_id`).map(({ repo_id, last_synced, ...row }) => row);
  expectSame(
    stored('git_pull_requests'),
    pullRequests.map((row) => ({ ...expectedColumns(row), author_email: null })),
    ({ repo, number }) => `${repo}#${number}`,
  );
  expectSame(
    stored('git_pull_request_reviews'),
    reviews.map((row) => expectedColumns({ ...row, review_id: String(row.review_id) })),
    ({ repo, number, review_id }) => `${repo}#${number} ${review_id}`,
  );
}

/** Of thousands of rows just those that differ are worth printing. */
function expectSame(actual: readonly Row[], expected: readonly Row[], keyOf: (row: Row) => string): void {
  expect(actual.map(keyOf).toSorted()).toEqual(expected.map(keyOf).toSorted());
  const stored = new Map(actual.map((row) => [keyOf(row), row]));
  const differing = expected.filter((row) => JSON.stringify(sorted(row)) !== JSON.stringify(sorted(stored.get(keyOf(row)) ?? {})));
  expect(
    differing.slice(0, 3).map((row) => stored.get(keyOf(row))),
    `${differing.length} rows differ`,
  ).toEqual(differing.slice(0, 3));
}

/** What git alone fills. Of pull requests GitHub tells. */
const TABLES = GIT_TABLES.filter((table) => table !== 'git_pull_requests');

async function expectGitRows(folder: string, repositories: readonly Repository[]): Promise<void> {
  const ids = new Map(query<{ id: string; repo: string }>(folder, 'select id, repo from repos').map(({ id, repo }) => [repo, id]));
  /** All but the refs comes from HEAD's commit alone, which many repositories share. */
  const known = new Map<string, Promise<object[]>>();
  for (const repository of repositories) {
    const { path, defaultBranch } = repository;
    const repoId = ids.get(fullName(repository)) ?? '';
    const head = readRefs(path).get(`refs/heads/${defaultBranch}`);
    for (const table of TABLES) {
      const key = `${table} ${table === 'git_refs' ? path : head}`;
      if (!known.has(key)) known.set(key, ORACLES[table](path, { repoId }));
      const records = ((await known.get(key)) ?? []).map((record) => ({ ...record, repoId }));
      expectRecords(folder, table, repoId, records.filter(isFetched));
    }
  }
}

/** Heads of pull requests stay at GitHub: most of them are forks' branches. */
function isFetched(record: object): boolean {
  return !('fullName' in record && String(record.fullName).startsWith('refs/pull/'));
}

const byName = <T extends { repo?: unknown }>(rows: readonly T[]) => rows.toSorted((a, b) => (String(a.repo) < String(b.repo) ? -1 : 1));

function sorted(row: Row): Row {
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}
