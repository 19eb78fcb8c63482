import { expect } from 'vitest';
import { query } from '../database.ts';
import { expectRecords, GIT_TABLES, ORACLES } from '../expect-rows.ts';
import { readRefs } from './refs.ts';

type Row = Record<string, unknown>;

/** A repository that a forge of the tests serves. */
export interface Served {
  /** Full name. */
  name: string;
  /** The bare repository. */
  path: string;
  defaultBranch: string;
}

/** Rows of `repos` in a folder's database. */
export function storedRepositories(folder: string): Row[] {
  return query<Row>(folder, 'select * from repos').map(({ last_synced, settings, tags, ...row }) => ({
    ...row,
    tags: JSON.parse(String(tags)),
    settings: JSON.parse(String(settings)),
  }));
}

export function expectRepositoryRows(folder: string, expected: readonly Row[]): void {
  expect(byName(storedRepositories(folder))).toEqual(byName(expected));
}

/** Of thousands of rows just those that differ are worth printing. */
export function expectSame(actual: readonly Row[], expected: readonly Row[], keyOf: (row: Row) => string): void {
  expect(actual.map(keyOf).toSorted()).toEqual(expected.map(keyOf).toSorted());
  const stored = new Map(actual.map((row) => [keyOf(row), row]));
  const differing = expected.filter((row) => JSON.stringify(sorted(row)) !== JSON.stringify(sorted(stored.get(keyOf(row)) ?? {})));
  expect(
    differing.slice(0, 3).map((row) => stored.get(keyOf(row))),
    `${differing.length} rows differ`,
  ).toEqual(differing.slice(0, 3));
}

/** What git alone fills. Of pull requests the forge tells. */
export const FETCHED_TABLES = GIT_TABLES.filter((table) => table !== 'git_pull_requests');

/**
 * Fails unless the rows of repositories are what git tells of them.
 * @param leftOut Refs that stay at the forge.
 */
export async function expectGitRows(folder: string, repositories: readonly Served[], leftOut: RegExp): Promise<void> {
  const ids = new Map(query<{ id: string; repo: string }>(folder, 'select id, repo from repos').map(({ id, repo }) => [repo, id]));
  /** All but the refs comes from HEAD's commit alone, which many repositories share. */
  const known = new Map<string, Promise<object[]>>();
  const isFetched = (record: object) => !('fullName' in record && leftOut.test(String(record.fullName)));
  for (const { name, path, defaultBranch } of repositories) {
    const repoId = ids.get(name) ?? '';
    const head = readRefs(path).get(`refs/heads/${defaultBranch}`);
    for (const table of FETCHED_TABLES) {
      const key = `${table} ${table === 'git_refs' ? path : head}`;
      if (!known.has(key)) known.set(key, ORACLES[table](path, { repoId }));
      const records = ((await known.get(key)) ?? []).map((record) => ({ ...record, repoId }));
      expectRecords(folder, table, repoId, records.filter(isFetched));
    }
  }
}

const byName = <T extends { repo?: unknown }>(rows: readonly T[]) => rows.toSorted((a, b) => (String(a.repo) < String(b.repo) ? -1 : 1));

function sorted(row: Row): Row {
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}
