import { IsolationLevel, type Transaction } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import type pg from 'pg';
import type { Connection } from './connection.ts';
import { MIGRATIONS } from './migrations/list.ts';
import { createOrm } from './orm.ts';
import { MAKE_DATABASE_ID, MIGRATIONS_TABLE, type Server } from './server.ts';

/** Any number that nobody else has: 'org-sync' in ASCII. */
const LOCK = 0x6f72672d73796e63n;

/** Names of all migrations, in their order. */
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map(({ name }) => name);

/**
 * Applies the migrations that are pending, or undoes the last one, in one transaction. Of several processes that do at
 * once, one works and the others then find it done.
 * @returns names of what was applied or undone.
 */
export function runMigrations(connection: Connection, server: Server, direction: 'up' | 'down'): Promise<string[]> {
  return connection.lend((client) => migrate(client, server, direction));
}

async function migrate(client: pg.PoolClient, server: Server, direction: 'up' | 'down'): Promise<string[]> {
  // Kysely doesn't give a connection back where not even a rollback works, and whoever ends the pool would wait for it: so it gets none of the pool's.
  const lent = { query: client.query.bind(client) as pg.PoolClient['query'], release: () => undefined };
  const orm = createOrm(
    { connect: async () => lent, end: async () => undefined, options: {} },
    {
      dbName: server.database,
      extensions: [Migrator],
      migrations: { migrationsList: MIGRATIONS, tableName: `${server.schema}.${MIGRATIONS_TABLE}`, snapshot: false, silent: true },
    },
  );
  const connection = orm.em.getConnection();
  const work = async (transaction: Transaction) => {
    const execute = (sql: string) => connection.execute(sql, [], 'all', transaction);
    await execute(`select pg_advisory_xact_lock(${LOCK})`);
    const migrator = orm.migrator as Migrator;
    // Its table too is to be there only when all went well.
    migrator.getStorage().setMasterMigration(transaction);
    const done = await migrator[direction]({ transaction });
    if (direction === 'up') await execute(MAKE_DATABASE_ID);
    else if ((await execute(`select from ${MIGRATIONS_TABLE}`)).length === 0) await execute(`drop table ${MIGRATIONS_TABLE}`);
    return done.map(({ name }) => name);
  };
  // Who has waited for the lock has to see what the one before has done, whatever the database's default is.
  return connection.transactional(work, { isolationLevel: IsolationLevel.READ_COMMITTED });
}
