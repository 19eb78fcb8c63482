import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { MikroORM } from '@mikro-orm/sql';
import { whenFree } from './busy.ts';
import { translate } from './errors.ts';

/**
 * The ORM's one connection. Whatever runs here runs alone: the ORM's own queries and transactions wait for
 * it, and it for them, because both take the connection from Kysely. Throws a RetryableError or FatalError
 * where the database or its disk is the reason.
 */
export class Connection {
  readonly #orm: MikroORM;
  readonly #database: DatabaseSync;
  readonly #path: string;

  /** @param database The connection that `orm` uses, to the file at `path`. */
  constructor(orm: MikroORM, database: DatabaseSync, path: string) {
    this.#orm = orm;
    this.#database = database;
    this.#path = path;
  }

  /** Runs `work` in one transaction; from its begin to its end nothing else gets a turn. */
  transaction(work: () => void): Promise<void> {
    return this.#alone(() => {
      this.#database.exec('begin immediate');
      try {
        work();
        this.#database.exec('commit');
      } finally {
        if (this.#database.isTransaction) this.#database.exec('rollback');
      }
    });
  }

  /** All rows of a query. */
  all(sql: string, ...values: SQLInputValue[]): Promise<Record<string, SQLOutputValue>[]> {
    return this.#alone(() => this.#database.prepare(sql).all(...values));
  }

  /** Closes it after what is under way; once it is closed it does nothing. */
  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    await this.#alone(() => undefined);
    await this.#orm.close();
  }

  async #alone<T>(work: () => T): Promise<T> {
    try {
      const kysely = this.#orm.em.getConnection().getClient();
      return await kysely.connection().execute(() => whenFree(work));
    } catch (error) {
      throw translate(error, this.#path);
    }
  }
}
