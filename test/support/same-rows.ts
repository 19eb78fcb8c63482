import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { FactTable, TableName } from '../../src/schema/tables.ts';
import { recordOf } from '../stores/sqlite-database.ts';
import type { TestDatabase } from '../stores/subject.ts';

const TABLES = [
  'repos',
  'git_refs',
  'git_commits',
  'git_commit_stats',
  'git_files',
  'git_blame_ranges',
  'git_pull_requests',
  'sync_state',
] as const satisfies TableName[];

/**
 * Fails unless a database has the rows of the SQLite database in a folder: each in every column, but for the times of the
 * syncs themselves.
 * @param atLeast Rows that there have to be, in all tables together.
 */
export async function expectSameRows(database: TestDatabase, folder: string, atLeast: number): Promise<void> {
  const sqlite = new DatabaseSync(join(folder, 'org-sync.db'), { readOnly: true });
  let total = 0;
  for (const table of TABLES) {
    const expected = sqlite.prepare(`select * from ${table}`).all().map(recordOf);
    const [actual, wanted] = [await database.rows<FactTable | 'sync_state'>(table), expected].map((rows) => rows.map((row) => comparable(table, row)).sort());
    expect(actual?.length, table).toBe(wanted?.length);
    const differing = wanted?.flatMap((row, index) => (row === actual?.[index] ? [] : [[actual?.[index], row]])) ?? [];
    expect(differing.slice(0, 3), `${differing.length} rows of ${table} differ`).toEqual([]);
    total += expected.length;
  }
  sqlite.close();
  expect(total).toBeGreaterThan(atLeast);
}

function comparable(table: TableName, row: object): string {
  const ignored = table === 'sync_state' ? ['watermark', 'updatedAt', 'token'] : ['lastSynced'];
  return JSON.stringify(sorted(Object.fromEntries(Object.entries(row).filter(([name]) => !ignored.includes(name)))));
}

/** JSON has no order of properties. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
