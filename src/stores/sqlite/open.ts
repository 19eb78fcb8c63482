import { DatabaseSync } from 'node:sqlite';
import { MikroORM } from '@mikro-orm/sql';
import type { TableName } from '../../schema/tables.ts';
import { defineEntities } from '../entities.ts';
import type { Store } from '../store.ts';
import { mapTables } from '../tables.ts';
import { BUSY_TIMEOUT, whenFree } from './busy.ts';
import { sqliteTable } from './columns.ts';
import { Connection } from './connection.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { OrgSyncSqliteDriver } from './driver.ts';
import { translateOpening } from './errors.ts';
import { claimFile, unclaimFile } from './file.ts';
import { refuseForeignTables } from './foreign-tables.ts';
import { FileIdentity } from './identity.ts';
import { prepareSchema } from './schema.ts';
import { SqliteStore, type TableAccess } from './store.ts';
import { TableWriter } from './table-writer.ts';
import { SQLITE_TYPES } from './types.ts';

/**
 * A cache of 32 MB and a log of as many before it is copied back: with the defaults (2 and 4 MB), writing
 * commit stats was measured to take 1.7 times as long. With a write-ahead log, `normal` loses no more than the
 * last transactions when the power fails, and nothing when the process does.
 */
const PRAGMAS = 'pragma synchronous = normal; pragma cache_size = -32000; pragma wal_autocheckpoint = 8000';

/**
 * Opens the SQLite database at an absolute path, making or upgrading its tables.
 * @throws InvalidInput where the file can't be used; it is as it was then.
 * @throws RetryableError where another process keeps it locked.
 */
export function openSqliteStore(path: string): Promise<Store> {
  return open(path);
}

/** @param replaced Id of the database that was at the path until now. */
async function open(path: string, replaced?: string): Promise<Store> {
  const created = claimFile(path);
  try {
    return await connect(path, replaced);
  } catch (error) {
    if (created) unclaimFile(path);
    throw translateOpening(error, path);
  }
}

async function connect(path: string, replaced: string | undefined): Promise<Store> {
  const identity = new FileIdentity(path);
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  try {
    const entities = defineEntities(SQLITE_TYPES);
    const orm = new MikroORM({
      driver: OrgSyncSqliteDriver,
      driverOptions: nodeSqliteDialect(database),
      dbName: path,
      entities: Object.values(entities),
      // Other tables in the file are nobody's business here.
      schemaGenerator: { skipTables: [new RegExp(`^(?!(${Object.keys(entities).join('|')})$)`)] },
    });
    await whenFree(() => refuseForeignTables(database, path));
    await whenFree(() => database.exec(`pragma journal_mode = wal; ${PRAGMAS}`));
    await orm.connect();
    const databaseId = await prepareSchema(orm, database, replaced);
    identity.noteCompanions();
    const connection = new Connection(orm, database, path, identity);
    return new SqliteStore(databaseId, connection, access(database), () => open(path, databaseId));
  } catch (error) {
    database.close();
    throw error;
  }
}

function access(database: DatabaseSync): Record<TableName, TableAccess> {
  return mapTables((stored) => {
    const table = sqliteTable(stored);
    return { table, writer: new TableWriter(database, table) };
  });
}
