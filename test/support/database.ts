import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Rows of a SQL query on the database in a folder, read apart from the product's own code. */
export function query<T = Record<string, unknown>>(folder: string, sql: string, ...parameters: string[]): T[] {
  const database = new DatabaseSync(join(folder, 'org-sync.db'), { readOnly: true, timeout: 10_000 });
  try {
    return database
      .prepare(sql)
      .all(...parameters)
      .map((row) => ({ ...row })) as T[];
  } finally {
    database.close();
  }
}
