import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { Table } from '../../src/model/records.ts';
import type { TableName } from '../../src/stores/entities/rows.ts';
import { emptyDatabase, usePostgres } from '../stores/postgresql-database.ts';
import { recordOf } from '../stores/sqlite-database.ts';
import { makeAwkwardRepository } from '../support/awkward-repository.ts';
import { git } from '../support/git.ts';
import { makeRandomRepository } from '../support/random-repository.ts';
import { runSync } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

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

const folder = tempFolder();
const server = usePostgres();

it('has the same rows in PostgreSQL as in SQLite, after a first sync and a later one', { timeout: 300_000 }, async () => {
  const database = await emptyDatabase(server.current);
  const random = join(folder, 'random');
  const { branches } = await makeRandomRepository(random, 11, 250);
  const awkward = join(folder, 'awkward');
  await makeAwkwardRepository(awkward);

  await syncBoth(database.url, [random, awkward]);
  await expectSame(database, 1_000);

  // Back by some commits, and a branch less.
  git(random, ['update-ref', 'refs/heads/main', 'main~40']);
  git(random, ['update-ref', '-d', 'refs/heads/topic-1']);
  expect(branches.length).toBeGreaterThan(1);
  await syncBoth(database.url, [random, awkward]);
  await expectSame(database, 1_000);
  await database.drop();
});

async function syncBoth(databaseUrl: string, paths: string[]): Promise<void> {
  for (const where of [{}, { databaseUrl }]) {
    await using worker = await startTestWorker(folder, where);
    const { repositories, failures } = await runSync(worker, { provider: 'local', paths, allBranches: true });
    expect({ repositories, failures }).toMatchObject({ repositories: { done: 2, failed: 0 }, failures: [] });
  }
}

/** Every row in every column, but for the times of the syncs themselves. */
async function expectSame(database: Awaited<ReturnType<typeof emptyDatabase>>, atLeast: number): Promise<void> {
  const sqlite = new DatabaseSync(join(folder, 'org-sync.db'), { readOnly: true });
  let total = 0;
  for (const table of TABLES) {
    const expected = sqlite.prepare(`select * from ${table}`).all().map(recordOf);
    const [actual, wanted] = [await database.rows<Table | 'sync_state'>(table), expected].map((rows) => rows.map((row) => comparable(table, row)).sort());
    expect(actual?.length, table).toBe(wanted?.length);
    const differing = wanted?.flatMap((row, index) => (row === actual?.[index] ? [] : [[actual?.[index], row]])) ?? [];
    expect(differing.slice(0, 3), `${differing.length} rows of ${table} differ`).toEqual([]);
    total += expected.length;
  }
  sqlite.close();
  expect(total).toBeGreaterThan(atLeast);
}

function comparable(table: TableName, row: object): string {
  const ignored = table === 'sync_state' ? ['watermark', 'updatedAt'] : ['lastSynced'];
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
