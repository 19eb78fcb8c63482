import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { openStore } from '../../../src/stores/open.ts';
import { type BenchTable, columnsOf, valuesOf } from '../rows.ts';
import type { Subject } from '../subject.ts';

/** SQLite files in a temporary folder. The limit has the store's own tables and settings in another file. */
export async function sqlite(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'org-sync-bench-'));
  const store = await openStore(`sqlite:///${join(folder, 'store.db')}`);
  await (await openStore(`sqlite:///${join(folder, 'limit.db')}`)).close();
  const database = new DatabaseSync(join(folder, 'limit.db'));
  database.exec('pragma synchronous = normal; pragma cache_size = -32000; pragma wal_autocheckpoint = 8000');
  const insert = (table: BenchTable) => {
    const names = [...columnsOf(table), 'last_synced'];
    return database.prepare(`insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`);
  };
  const inserts = { git_commit_stats: insert('git_commit_stats'), git_blame_ranges: insert('git_blame_ranges') };
  return {
    store,
    limit: 'prepared insert',
    raw: async (table, rows) => {
      const now = new Date().toISOString();
      database.exec('begin immediate');
      for (const row of rows) inserts[table].run(...valuesOf(row).map((value): SQLInputValue => (value instanceof Date ? value.toISOString() : value)), now);
      database.exec('commit');
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
