import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';

/** Tables that hold facts. */
const FACTS = ['repos', 'git_refs', 'git_commits', 'git_commit_stats', 'git_files', 'git_blame_ranges', 'git_pull_requests', 'git_pull_request_reviews'];

/** How many rows each table of facts in a folder's database has. */
export function rowCounts(folder: string): Record<string, number> {
  return Object.fromEntries(Object.entries(digests(folder)).map(([table, { rows }]) => [table, rows]));
}

/**
 * Fails unless two folders' databases hold the same facts: every row in every column but `last_synced`.
 * @param tables All of them unless told.
 */
export function expectSameFacts(actual: string, expected: string, tables: readonly string[] = FACTS): void {
  const [one, other] = [digests(actual, tables), digests(expected, tables)];
  const differing = tables.filter((table) => one[table]?.digest !== other[table]?.digest);
  // The digests say that something differs, these rows what.
  for (const table of differing) expect(onlyIn(actual, expected, table), `rows of ${table}: first those just here, then those that lack`).toEqual([[], []]);
  expect(one).toEqual(other);
}

/**
 * How many rows each table of facts has, and when one of them was last written.
 * @param repoId Of one repository; of all where absent.
 */
export function lastWrites(folder: string, repoId?: string): Record<string, unknown> {
  const database = open(folder);
  try {
    const of = (table: string) => {
      const where = repoId === undefined ? '' : `where ${table === 'repos' ? 'id' : 'repo_id'} = ?`;
      return { ...database.prepare(`select count(*) as rows, max(last_synced) as last from ${table} ${where}`).get(...(repoId === undefined ? [] : [repoId])) };
    };
    return Object.fromEntries(FACTS.map((table) => [table, of(table)]));
  } finally {
    database.close();
  }
}

function digests(folder: string, tables: readonly string[] = FACTS): Record<string, { rows: number; digest: string }> {
  const database = open(folder);
  try {
    return Object.fromEntries(tables.map((table) => [table, digest(database, table)]));
  } finally {
    database.close();
  }
}

function digest(database: DatabaseSync, table: string): { rows: number; digest: string } {
  const hash = createHash('sha256');
  let rows = 0;
  const columns = columnsOf(database, table);
  for (const row of database.prepare(`select ${columns} from ${table} order by ${columns}`).iterate()) {
    hash.update(`${JSON.stringify(row)}\n`);
    rows += 1;
  }
  return { rows, digest: hash.digest('hex') };
}

/** The first rows of a table that just one of two databases has, either way. */
function onlyIn(actual: string, expected: string, table: string): [unknown[], unknown[]] {
  const database = open(actual);
  try {
    database.prepare('attach ? as other').run(file(expected));
    const columns = columnsOf(database, table);
    const less = (from: string, not: string) =>
      database.prepare(`select ${columns} from ${from}.${table} except select ${columns} from ${not}.${table} limit 3`).all();
    return [less('main', 'other'), less('other', 'main')];
  } finally {
    database.close();
  }
}

function columnsOf(database: DatabaseSync, table: string): string {
  const columns = database.prepare('select name from pragma_table_info(?) order by cid').all(table) as { name: string }[];
  return columns
    .map(({ name }) => name)
    .filter((name) => name !== 'last_synced')
    .join(', ');
}

function open(folder: string): DatabaseSync {
  return new DatabaseSync(file(folder), { readOnly: true, timeout: 10_000 });
}

function file(folder: string): string {
  return join(folder, 'org-sync.db');
}
