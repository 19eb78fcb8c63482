import { createHash } from 'node:crypto';
import { InvalidInput } from '../model/errors.ts';
import { STORE_MODULES, storeModule } from './index.ts';
import type { Migrations } from './migrations.ts';
import type { Store } from './store.ts';
import type { OpenOptions } from './store-module.ts';
import { type DatabaseUrl, quoteUrl } from './url.ts';

/**
 * Reads a database URL; the kind comes from the scheme, whatever its case. A path without a scheme is taken as it is.
 * @throws InvalidInput with a message that quotes the URL without user info and options.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const given = text.trim();
  for (const { parsePath } of STORE_MODULES) {
    const url = parsePath?.(given);
    if (url !== undefined) return url;
  }
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(given) ?? [];
  const [name = '', driver] = scheme.toLowerCase().split('+');
  const module = STORE_MODULES.find(({ schemes }) => schemes.includes(name));
  if (module !== undefined) return module.parse(rest, driver);
  const problem = scheme === '' ? 'is not a URL' : `has the scheme '${scheme}', which isn't known`;
  const examples = new Intl.ListFormat('en', { type: 'disjunction' }).format(STORE_MODULES.flatMap((each) => each.examples));
  throw new InvalidInput([`the database URL${quoteUrl(given)} ${problem}: write ${examples}`]);
}

/** First 12 hex digits of SHA-256 of the database that a URL means, whoever logs in and through whichever link. */
export function databaseKey(url: DatabaseUrl): string {
  return createHash('sha256').update(storeModule(url).identify(url)).digest('hex').slice(0, 12);
}

/**
 * Opens the database that a URL means.
 * @throws InvalidInput for a URL or a target that can't be used; nothing is changed or left behind then.
 * @throws RetryableError where another process keeps an SQLite database locked.
 */
export async function openStore(databaseUrl: string, options: OpenOptions = {}): Promise<Store> {
  const url = parseDatabaseUrl(databaseUrl);
  return storeModule(url).open(url, options);
}

/**
 * Opens the schema of the database that a URL means; null for a kind whose schema is brought up to date whenever it's opened.
 * @throws InvalidInput for a URL or a target that can't be used.
 */
export async function openMigrations(databaseUrl: string): Promise<Migrations | null> {
  const url = parseDatabaseUrl(databaseUrl);
  return (await storeModule(url).openMigrations?.(url)) ?? null;
}
