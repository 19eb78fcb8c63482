import type { Migrations } from '../migrations.ts';
import type { Store } from '../store.ts';
import { mapTables } from '../tables.ts';
import { printableUrl } from '../url.ts';
import { postgresqlTable } from './columns.ts';
import { Connection } from './connection.ts';
import { translateOpening } from './errors.ts';
import { MIGRATION_NAMES, runMigrations } from './migrator.ts';
import type { PostgresqlUrl } from './options.ts';
import { createPool } from './pool.ts';
import { appliedMigrations, inspectServer, MAKE_DATABASE_ID, refuseLackOfRights, refuseOtherSchema } from './server.ts';
import { PostgresqlStore } from './store.ts';
import { TableWriter } from './table-writer.ts';

/**
 * Opens a PostgreSQL database.
 * @param migrate Whether to apply the migrations that are pending.
 * @throws InvalidInput where it can't be reached or used, or where its tables aren't those of this version.
 */
export function openPostgresqlStore(url: PostgresqlUrl, migrate: boolean): Promise<Store> {
  return opening(url, async (connection, name) => {
    const server = await inspectServer(connection, name);
    if (migrate) await runMigrations(connection, server, 'up');
    await refuseOtherSchema(connection, name, MIGRATION_NAMES);
    const tables = mapTables((table) => new TableWriter(postgresqlTable(table)));
    await refuseLackOfRights(connection, name, Object.keys(tables));
    return new PostgresqlStore(await databaseId(connection), connection, tables);
  });
}

/**
 * Opens the schema of a PostgreSQL database.
 * @throws InvalidInput where it can't be reached or used.
 */
export function openPostgresqlMigrations(url: PostgresqlUrl): Promise<Migrations> {
  return opening(url, async (connection, name) => {
    const server = await inspectServer(connection, name);
    const orRefused = <T>(work: Promise<T>) =>
      work.catch((error: unknown) => {
        throw translateOpening(error, name);
      });
    return {
      up: () => orRefused(runMigrations(connection, server, 'up')),
      down: () => orRefused(runMigrations(connection, server, 'down')),
      status: async () => {
        const applied = new Map((await orRefused(appliedMigrations(connection))).map(({ name, at }) => [name, at]));
        return [...new Set([...applied.keys(), ...MIGRATION_NAMES])].map((migration) => ({ name: migration, appliedAt: applied.get(migration) ?? null }));
      },
      close: () => connection.close(),
    };
  });
}

async function opening<T>(url: PostgresqlUrl, work: (connection: Connection, name: string) => Promise<T>): Promise<T> {
  const name = printableUrl(url);
  const pool = createPool(url);
  const connection = new Connection(pool, name);
  try {
    return await work(connection, name);
  } catch (error) {
    await connection.close();
    throw translateOpening(error, name);
  }
}

/** Migrations have made it; where somebody has emptied the tables, the database is taken for another one. */
async function databaseId(connection: Connection): Promise<string> {
  const select = () => connection.all('select id from sync_database order by created_at, id limit 1');
  const [[stored] = []] = await select();
  if (stored !== undefined) return String(stored);
  await connection.transaction(async (query) => {
    // Of several that find none at once, one makes it.
    await query({ text: 'lock table sync_database in exclusive mode', values: [] });
    await query({ text: MAKE_DATABASE_ID, values: [] });
  });
  const [[made] = []] = await select();
  return String(made);
}
