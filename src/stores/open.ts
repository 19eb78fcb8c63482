import { InvalidInput } from '../model/errors.ts';
import { openSqliteStore } from './sqlite/open.ts';
import type { Store } from './store.ts';
import { parseDatabaseUrl } from './url.ts';

/**
 * Opens the database that a URL means, making or upgrading its tables.
 * @throws InvalidInput for a URL or a target that can't be used; nothing is changed or left behind then.
 * @throws RetryableError where another process keeps the database locked.
 */
export async function openStore(databaseUrl: string): Promise<Store> {
  const url = parseDatabaseUrl(databaseUrl);
  if (url.kind === 'sqlite') return openSqliteStore(url.path);
  throw new InvalidInput([`this version can't write to ${url.kind} yet: use sqlite:///file.db`]);
}
