import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type DatabaseConnection, type Dialect, SqliteAdapter, type SqliteDatabase, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { whenFree } from './busy.ts';

/**
 * Kysely's dialect over an open connection of `node:sqlite`. MikroORM's own has transactions that begin as
 * readers (they fail when another process writes, however long they wait), takes statements for queries that
 * merely contain a certain word, and can't stream.
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  return {
    createDriver: () => new ImmediateDriver(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
  };
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: adapt(database) });
    this.#database = database;
  }

  /** Asks for the write lock at once: what has read before can't wait for it any more. */
  override beginTransaction(_connection: DatabaseConnection): Promise<void> {
    return whenFree(() => this.#database.exec('begin immediate'));
  }
}

function adapt(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}
