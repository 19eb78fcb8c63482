import type { EntityMetadata } from '@mikro-orm/core';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { PostgresDialect, type PostgresPool } from 'kysely';
import type { TableName } from '../../schema/tables.ts';
import { defineEntities } from '../entities.ts';
import { STORED_TABLES, type StoredColumn } from '../tables.ts';
import { fitLongKeys } from './long-keys.ts';
import { POSTGRESQL_TYPES } from './types.ts';

/**
 * The ORM over a pool, which stays its maker's to end. It connects when it's used, not for its metadata.
 * @param options Set `dbName` where the database is worked on: the ORM makes one where it finds none of that name.
 */
export function createOrm(pool: PostgresPool, options: Options = {}): MikroORM {
  const entities = defineEntities(POSTGRESQL_TYPES);
  return new MikroORM({
    dbName: '-',
    ...options,
    driverOptions: new PostgresDialect({ pool }),
    entities: Object.values(entities),
    ensureDatabase: false,
    discovery: { onMetadata: fitLongText },
    // Other tables in the database are nobody's business here; the view is made by migrations.
    schemaGenerator: { skipTables: [new RegExp(`^(?!(.*\\.)?(${Object.keys(entities).join('|')})$)`)], skipViews: [/./] },
  }) as MikroORM;
}

/**
 * Texts of any length don't fit into entries of the usual index. This kind takes a fifth more time to write (measured; a hash
 * index takes three times as much, because many commits have one address) and finds the same.
 */
function fitLongText(entity: EntityMetadata): void {
  fitLongKeys(entity);
  const { columns, definition } = STORED_TABLES[entity.tableName as TableName];
  const isLong = (property: unknown) => columns.some((column: StoredColumn) => column.property === property && column.long);
  // The key finds these by a column of its own, which nobody else thinks of.
  for (const property of definition.searchedKeys ?? []) if (isLong(property)) entity.indexes.push({ properties: property });
  for (const index of entity.indexes) if (isLong(index.properties)) index.type = 'spgist';
}
