import type { Migrations } from './migrations.ts';
import type { Store } from './store.ts';
import { parseDatabaseUrl } from './url.ts';

/** How a database is opened. */
export interface OpenOptions {
  /** Whether to apply migrations that are pending; without it a database that lacks some is refused. SQLite and MongoDB need none. */
  migrate?: boolean | undefined;
}

/**
 * Opens the database that a URL means. Its driver is loaded now, so that nobody loads one in vain.
 * @throws InvalidInput for a URL or a target that can't be used; nothing is changed or left behind then.
 * @throws RetryableError where another process keeps an SQLite database locked.
 */
export async function openStore(databaseUrl: string, { migrate = false }: OpenOptions = {}): Promise<Store> {
  const url = parseDatabaseUrl(databaseUrl);
  switch (url.kind) {
    case 'sqlite':
      return (await import('./sqlite/open.ts')).openSqliteStore(url.path);
    case 'postgresql':
      return (await import('./postgresql/open.ts')).openPostgresqlStore(url, migrate);
    case 'mongodb':
      return (await import('./mongodb/open.ts')).openMongodbStore(url);
  }
}

/**
 * Opens the schema of the database that a URL means; null for a kind whose schema is kept up to date whenever it's opened.
 * @throws InvalidInput for a URL or a target that can't be used.
 */
export async function openMigrations(databaseUrl: string): Promise<Migrations | null> {
  const url = parseDatabaseUrl(databaseUrl);
  switch (url.kind) {
    case 'sqlite':
    case 'mongodb':
      return null;
    case 'postgresql':
      return (await import('./postgresql/open.ts')).openPostgresqlMigrations(url);
  }
}
