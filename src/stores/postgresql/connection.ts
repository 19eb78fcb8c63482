import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { LostConnection, translate } from './errors.ts';
import type { Copy, Statement } from './statements.ts';

/** Runs a statement; gives its rows, each the values of its columns in their order. */
export type Query = (statement: Statement | Copy) => Promise<unknown[][]>;

/**
 * What a transaction begins with, whatever the defaults of the database or user are. It doesn't hold its locks when this
 * machine vanishes, null in an array is no text, and what is committed is there after a crash: cursors rely on it.
 */
const BEGIN = `begin isolation level read committed; set local idle_in_transaction_session_timeout = '5min'; set local array_nulls = on;
  select set_config('synchronous_commit', 'local', true) where current_setting('synchronous_commit') = 'off'`;

/** A database through a pool of connections. Throws a RetryableError or FatalError where the database is the reason. */
export class Connection {
  readonly #pool: pg.Pool;
  readonly #name: string;

  /** @param name What messages call the database. */
  constructor(pool: pg.Pool, name: string) {
    this.#pool = pool;
    this.#name = name;
  }

  /** Runs `work` in one transaction. When its end was lost on the way, nobody knows whether it counts; doing it again is right either way. */
  transaction(work: (query: Query) => Promise<void>): Promise<void> {
    return this.#connected(async (client) => {
      await run(client.query(BEGIN));
      await work(queryOn(client));
      await run(client.query('commit'));
    });
  }

  /** All rows of a query. */
  all(text: string, ...values: (string | null)[]): Promise<unknown[][]> {
    return this.#connected((client) => queryOn(client)({ text, values }));
  }

  /** Runs `work` on one connection. What it leaves open there when it fails is rolled back. */
  lend<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.#connected(work);
  }

  /** Closes it after what is under way; once it is closed it does nothing. */
  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }

  async #connected<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      const client = await run(this.#pool.connect());
      try {
        const result = await work(client);
        client.release();
        return result;
      } catch (error) {
        const lost = await client.query('rollback').then(
          () => false,
          () => true,
        );
        // A connection that can't even do this isn't used again.
        client.release(lost);
        throw lost ? LostConnection.from(error) : error;
      }
    } catch (error) {
      throw translate(error, this.#name);
    }
  }
}

function queryOn(client: pg.PoolClient): Query {
  return async (statement) => {
    if ('lines' in statement) {
      await run(pipeline(Readable.from(statement.lines), client.query(copyFrom(statement.text))));
      return [];
    }
    return (await run(client.query({ ...statement, rowMode: 'array' }))).rows as unknown[][];
  };
}

/** What the driver fails with, without the server having said so, is a connection that broke or couldn't be made. */
async function run<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw LostConnection.from(error);
  }
}
