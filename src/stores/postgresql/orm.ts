import type { EntityMetadata, EntitySchema } from '@mikro-orm/core';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { PostgresDialect, type PostgresPool } from 'kysely';
import type { TableName } from '../../schema/tables.ts';
import { tables } from '../entities/tables.ts';
import { fitLongKeys } from './long-keys.ts';
import { POSTGRESQL_TYPES } from './types.ts';

/**
 * The ORM over a pool, which stays its maker's to end. It connects when it's used, not for its metadata.
 * @param options Set `dbName` where the database is worked on: the ORM makes one where it finds none of that name.
 */
export function createOrm(pool: PostgresPool, options: Options = {}): { orm: MikroORM; entities: Record<TableName, EntitySchema> } {
  const entities = tables(POSTGRESQL_TYPES);
  const orm = new MikroORM({
    dbName: '-',
    ...options,
    driverOptions: new PostgresDialect({ pool }),
    entities: Object.values(entities),
    ensureDatabase: false,
    discovery: { onMetadata: fitLongText },
    // Other tables in the database are nobody's business here; the view is made by migrations.
    schemaGenerator: { skipTables: [new RegExp(`^(?!(.*\\.)?(${Object.keys(entities).join('|')})$)`)], skipViews: [/./] },
  }) as MikroORM;
  return { orm, entities };
}

/**
 * Addresses in commits and paths may be of any length, and an entry of the usual index not. This kind takes a fifth more time
 * to write (measured; a hash index takes three times as much, because many commits have one address) and finds the same.
 */
function fitLongText(table: EntityMetadata): void {
  fitLongKeys(table);
  // The key finds the ranges of a path by a column of its own, which nobody else thinks of.
  if (table.tableName === 'git_blame_ranges') table.indexes.push({ properties: 'path' });
  for (const index of table.indexes) {
    if (index.properties === 'authorEmail' || index.properties === 'path') index.type = 'spgist';
  }
}
