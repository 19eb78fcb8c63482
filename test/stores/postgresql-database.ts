import pg from 'pg';
import type { TableName } from '../../src/schema/tables.ts';
import { openMigrations } from '../../src/stores/open.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { until } from '../support/runs.ts';
import { recordFrom } from './record.ts';
import type { Stored, TestDatabase } from './subject.ts';

/** A PostgreSQL database that nobody else uses. */
export interface PostgresqlTestDatabase extends TestDatabase {
  name: string;
  /** Runs SQL on a connection of its own; times and JSON are text in the rows. */
  query(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]>;
  /** A connection that the test ends. */
  connect(): Promise<pg.Client>;
  /** Waits until so many connections wait for others' locks; gives each one's `pid` and `query`, in the order of their transactions. */
  waiting(count: number): Promise<Record<string, unknown>[]>;
  /** Ends the connections of a name, once they are gone. */
  disconnect(application: string): Promise<void>;
}

/** A server for the calling test file. */
export const usePostgres = (): (() => PostgresServer) => forThisFile(startPostgres);

/** An empty database. @param options More words for `create database`. */
export async function emptyDatabase(server: PostgresServer, options = ''): Promise<PostgresqlTestDatabase> {
  const name = await server.createDatabase(options);
  const query: PostgresqlTestDatabase['query'] = (sql, ...values) => server.query(name, sql, ...values);
  return {
    name,
    url: server.url(name),
    query,
    connect: async () => {
      const client = new pg.Client({ connectionString: server.url(name) });
      await client.connect();
      return client;
    },
    waiting: (count) =>
      until(`${count} connections wait`, async () => {
        const sql = `select pid, query from pg_stat_activity
          where wait_event_type = 'Lock' and backend_type = 'client backend' and datname = $1 order by xact_start`;
        const found = await query(sql, name);
        return found.length === count && found;
      }),
    disconnect: async (application) => {
      // Ended by a signal, a connection may still do what it is sent before it reads that.
      await query('select pg_terminate_backend(pid, 100000) from pg_stat_activity where application_name = $1 and datname = $2', application, name);
    },
    rows: async <T extends TableName>(table: T) => {
      const [{ columns } = { columns: '' }] = await query(
        `select string_agg(case data_type when 'timestamp with time zone' then format('(extract(epoch from %1$I) * 1000)::float8 as %1$I', column_name)
          else quote_ident(column_name) end, ', ' order by ordinal_position) as columns from information_schema.columns where table_name = $1 and is_generated = 'NEVER'`,
        table,
      );
      return (await query(`select ${columns} from ${table} order by 1, 2, 3, 4`)).map((stored) => recordOf(stored) as Stored<T>);
    },
    drop: () => server.dropDatabase(name),
  };
}

/** A database with the tables of this version, and no row. */
export async function migratedDatabase(server: PostgresServer): Promise<PostgresqlTestDatabase> {
  const template = templates.get(server) ?? makeTemplate(server);
  templates.set(server, template);
  return emptyDatabase(server, `template ${await template}`);
}

/** Name of the migrated database of a server: a copy of it takes a fraction of the migrations' time. */
const templates = new WeakMap<PostgresServer, Promise<string>>();

async function makeTemplate(server: PostgresServer): Promise<string> {
  const { name, url, query } = await emptyDatabase(server);
  const migrations = await openMigrations(url);
  await migrations?.up();
  await migrations?.close();
  // Each copy makes an id of its own.
  await query('delete from sync_database');
  // A database that is in use can't be copied; its connections end some time after they are closed.
  await until('the template is not in use', async () => {
    const [{ connections } = {}] = await server.query('postgres', 'select count(*)::int as connections from pg_stat_activity where datname = $1', name);
    return connections === 0;
  });
  return name;
}

/** The record that a stored row is. */
const recordOf = (stored: Record<string, unknown>): object => recordFrom(stored, decoded);

function decoded(property: string, value: unknown): unknown {
  if (/(When|At|lastSynced)$/.test(property)) return new Date(Number(value));
  if (property === 'settings' || property === 'tags' || property === 'cursor') return JSON.parse(String(value));
  return value;
}
