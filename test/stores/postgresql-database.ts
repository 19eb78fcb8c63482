import type { TableName } from '../../src/stores/entities/rows.ts';
import { openMigrations } from '../../src/stores/open.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { recordFrom } from './record.ts';
import type { Stored, TestDatabase } from './subject.ts';

/** A PostgreSQL database that nobody else uses. */
export interface PostgresqlTestDatabase extends TestDatabase {
  name: string;
  /** Runs SQL on a connection of its own; times and JSON are text in the rows. */
  query(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]>;
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
    rows: async <T extends TableName>(table: T) => {
      const [{ columns } = { columns: '' }] = await query(
        `select string_agg(case data_type when 'timestamp with time zone' then format('(extract(epoch from %1$I) * 1000)::float8 as %1$I', column_name)
          else quote_ident(column_name) end, ', ' order by ordinal_position) as columns from information_schema.columns where table_name = $1`,
        table,
      );
      return (await query(`select ${columns} from ${table} order by 1, 2, 3, 4`)).map((stored) => recordOf(stored) as Stored<T>);
    },
    drop: () => server.dropDatabase(name),
  };
}

/** A database with the tables of this version. */
export async function migratedDatabase(server: PostgresServer): Promise<PostgresqlTestDatabase> {
  const database = await emptyDatabase(server);
  const migrations = await openMigrations(database.url);
  await migrations?.up();
  await migrations?.close();
  return database;
}

/** The record that a stored row is. */
const recordOf = (stored: Record<string, unknown>): object => recordFrom(stored, decoded);

function decoded(property: string, value: unknown): unknown {
  if (/(When|At|lastSynced)$/.test(property)) return new Date(Number(value));
  if (property === 'settings' || property === 'tags' || property === 'cursor') return JSON.parse(String(value));
  return value;
}
