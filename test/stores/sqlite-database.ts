import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { TableName } from '../../src/schema/tables.ts';
import { recordFrom } from './record.ts';
import type { Stored, TestDatabase } from './subject.ts';

/** An SQLite file that isn't there yet, in a folder of its own. */
export interface SqliteTestDatabase extends TestDatabase {
  folder: string;
  path: string;
  /** Runs statements on a connection of its own. */
  exec(sql: string): void;
  /** All rows of a query on a connection of its own. */
  query(sql: string, ...values: (string | number)[]): Record<string, SQLOutputValue>[];
}

export function sqliteDatabase(): SqliteTestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'org-sync-sqlite-'));
  const path = join(folder, 'test.db');
  const using = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(path);
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const query: SqliteTestDatabase['query'] = (sql, ...values) => using((database) => database.prepare(sql).all(...values));
  return {
    folder,
    path,
    url: `sqlite:///${path}`,
    exec: (sql) => using((database) => database.exec(sql)),
    query,
    rows: async <T extends TableName>(table: T) => query(`select * from ${table} order by 1, 2, 3, 4`).map((stored) => recordOf(stored) as Stored<T>),
    drop: async () => rmSync(folder, { recursive: true }),
  };
}

/** The record that a stored row is. */
export const recordOf = (stored: Record<string, SQLOutputValue>): object => recordFrom(stored, decoded);

function decoded(property: string, value: SQLOutputValue): unknown {
  if (/(When|At|lastSynced)$/.test(property)) return new Date(String(value));
  if (/^(is[A-Z].*|executable)$/.test(property)) return value === 1;
  if (property === 'settings' || property === 'tags' || property === 'cursor') return JSON.parse(String(value));
  return value;
}
