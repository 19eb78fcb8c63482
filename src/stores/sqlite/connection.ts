import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { MikroORM } from '@mikro-orm/sql';
import { whenFree } from './busy.ts';
import { ReplacedDatabase, translate } from './errors.ts';
import type { FileIdentity } from './identity.ts';

/**
 * The ORM's one connection. Whatever runs here runs alone: the ORM's own queries and transactions wait for
 * it, and it for them, because both take the connection from Kysely. Throws a RetryableError or FatalError
 * where the database or its disk is the reason.
 */
export class Connection {
  readonly #orm: MikroORM;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #identity: FileIdentity;

  /**
   * @param database The connection that `orm` uses, to the file at `path`.
   * @param identity Of that file.
   */
  constructor(orm: MikroORM, database: DatabaseSync, path: string, identity: FileIdentity) {
    this.#orm = orm;
    this.#database = database;
    this.#path = path;
    this.#identity = identity;
  }

  /** Whether the file at the path is the one that is open. */
  isInPlace(): boolean {
    return this.#database.isOpen && this.#identity.holds();
  }

  /** Runs `work` in one transaction; from its begin to its end nothing else gets a turn. */
  transaction<T>(work: (database: DatabaseSync) => T): Promise<T> {
    return this.#inPlace(() => {
      this.#database.exec('begin immediate');
      try {
        const result = work(this.#database);
        this.#database.exec('commit');
        return result;
      } finally {
        if (this.#database.isTransaction) this.#database.exec('rollback');
      }
    });
  }

  /** All rows of a query. */
  all(sql: string, ...values: SQLInputValue[]): Promise<Record<string, SQLOutputValue>[]> {
    return this.#inPlace(() => this.#database.prepare(sql).all(...values));
  }

  /** Closes it after what is under way; once it is closed it does nothing. */
  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    await this.#alone(() => undefined);
    await this.#orm.close();
    // SQLite leaves the log of a file that is gone where it is.
    if (!this.#identity.holds()) this.#identity.removeCompanions();
  }

  /** @throws ReplacedDatabase where SQLite would go on with a file that nobody can reach any more. */
  async #inPlace<T>(work: () => T): Promise<T> {
    const assert = () => {
      if (!this.isInPlace()) throw new ReplacedDatabase(this.#path);
    };
    assert();
    return this.#alone(() => {
      assert();
      return work();
    });
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
