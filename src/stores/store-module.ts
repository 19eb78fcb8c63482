import type { Migrations } from './migrations.ts';
import type { Store } from './store.ts';
import type { DatabaseUrl } from './url.ts';

/** How a database is opened. */
export interface OpenOptions {
  /** Whether to apply migrations that are pending; without it a database that lacks some is refused. SQLite and MongoDB need none. */
  migrate?: boolean | undefined;
}

/** A kind of database. Drivers are loaded by the functions that need them, so that nobody loads one in vain. */
export interface StoreModule<Url extends DatabaseUrl = DatabaseUrl> {
  /** Schemes of its URLs, lower-case, without a driver ('+asyncpg'). */
  schemes: readonly string[];
  /** How its URLs look, for messages. */
  examples: readonly string[];
  /**
   * Reads a URL.
   * @param rest What follows `://`.
   * @param driver What follows a plus in the scheme.
   * @throws InvalidInput with a message that holds no password.
   */
  parse(rest: string, driver: string | undefined): Url;
  /** Whether a text without a scheme means a database of this kind, and which. */
  parsePath?(text: string): Url | undefined;
  /** A text that is the same for all URLs of one database, whoever logs in and through whichever link. */
  identify(url: Url): string;
  /** @throws InvalidInput for a target that can't be used; nothing is changed or left behind then. */
  open(url: Url, options: OpenOptions): Promise<Store>;
  /** Absent for a kind whose schema is brought up to date whenever it's opened. */
  openMigrations?(url: Url): Promise<Migrations>;
}
