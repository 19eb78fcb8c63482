import { expect } from 'vitest';
import type { FactTable } from '../../src/schema/tables.ts';
import { query } from './database.ts';
import { expectedBlameRanges } from './oracle/blame.ts';
import { expectedCommitStats } from './oracle/commit-stats.ts';
import { expectedCommits } from './oracle/commits.ts';
import { expectedFiles } from './oracle/files.ts';
import type { OracleOptions } from './oracle/plain.ts';
import { expectedPullRequests } from './oracle/pull-requests.ts';
import { expectedRefs } from './oracle/refs.ts';

type Row = Record<string, unknown>;

const KEYS = {
  git_refs: ['full_name'],
  git_commits: ['hash'],
  git_commit_stats: ['commit_hash', 'file_path'],
  git_files: ['path'],
  git_blame_ranges: ['path', 'line_no'],
  git_pull_requests: ['number'],
} satisfies Partial<Record<FactTable, string[]>>;

/** What git itself tells of each table. */
export const ORACLES: Record<keyof typeof KEYS, (dir: string, options: OracleOptions) => Promise<object[]>> = {
  git_refs: expectedRefs,
  git_commits: expectedCommits,
  git_commit_stats: expectedCommitStats,
  git_files: expectedFiles,
  git_blame_ranges: expectedBlameRanges,
  git_pull_requests: expectedPullRequests,
};

/** The tables that git alone fills. */
export const GIT_TABLES = Object.keys(KEYS) as (keyof typeof KEYS)[];

/**
 * Expects that the rows of a repository are exactly those that git itself tells of.
 * @param folder Where the database lies.
 * @param dir The repository.
 */
export async function expectRowsOfGit(folder: string, dir: string, options: { allBranches?: boolean; tables?: typeof GIT_TABLES } = {}): Promise<void> {
  const [repository] = query<{ id: string }>(folder, "select id from repos where json_extract(settings, '$.path') = ?", dir);
  const repoId = String(repository?.id);
  for (const table of options.tables ?? GIT_TABLES) {
    expectRecords(folder, table, repoId, await ORACLES[table](dir, { repoId, allBranches: options.allBranches === true }));
  }
}

/** Expects that a table has exactly the rows of these records for a repository. */
export function expectRecords(folder: string, table: keyof typeof KEYS, repoId: string, expected: readonly object[]): void {
  expectSameRows(table, storedRows(folder, table, repoId), lastOfEachKey(table, expected.map(toColumns)));
}

function storedRows(folder: string, table: keyof typeof KEYS, repoId: string): Row[] {
  return query<Row>(folder, `select * from ${table} where repo_id = ?`, repoId).map(({ last_synced, ...row }) => row);
}

/** Compares by key: of tens of thousands of rows just those that differ are worth printing. */
function expectSameRows(table: keyof typeof KEYS, actual: Row[], expected: Row[]): void {
  const stored = new Map(actual.map((row) => [keyOf(table, row), row]));
  const differing = expected.filter((row) => JSON.stringify(sorted(stored.get(keyOf(table, row)))) !== JSON.stringify(sorted(row)));
  const wanted = new Set(expected.map((row) => keyOf(table, row)));
  const surplus = actual.filter((row) => !wanted.has(keyOf(table, row)));
  expect({ table, surplus: surplus.slice(0, 5) }).toEqual({ table, surplus: [] });
  expect(
    differing.slice(0, 5).map((row) => sorted(stored.get(keyOf(table, row)))),
    `${differing.length} rows of ${table} differ from git`,
  ).toEqual(differing.slice(0, 5).map(sorted));
}

/** Two paths that differ just in bytes that aren't UTF-8 are one key: the later one is stored. */
function lastOfEachKey(table: keyof typeof KEYS, rows: Row[]): Row[] {
  return [...new Map(rows.map((row) => [keyOf(table, row), row])).values()];
}

function keyOf(table: keyof typeof KEYS, row: Row): string {
  return JSON.stringify(KEYS[table].map((column) => row[column]));
}

function sorted(row: Row | undefined): Row | undefined {
  return row === undefined ? undefined : Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A record as SQLite holds it. */
export function toColumns(record: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value instanceof Date ? value.toISOString() : typeof value === 'boolean' ? Number(value) : value,
    ]),
  );
}
