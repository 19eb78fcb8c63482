import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE } from './arguments.ts';

/**
 * Removes the database of a server that can't start, if no workflow was ever started in it: its tables may be incomplete, as
 * after a full disk, and the next start makes them again.
 * @returns whether it did.
 */
export function removeEmptyDatabase(directory: string): boolean {
  const path = join(directory, DATABASE);
  if (!existsSync(path) || holdsWorkflows(path)) return false;
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
  return true;
}

/** Whether there are workflows; also true where that can't be read. */
function holdsWorkflows(path: string): boolean {
  try {
    const database = new DatabaseSync(path);
    try {
      const isMade = database.prepare("select 1 from sqlite_master where name = 'executions'").get() !== undefined;
      return isMade && database.prepare('select 1 from executions limit 1').get() !== undefined;
    } finally {
      database.close();
    }
  } catch {
    return true;
  }
}
