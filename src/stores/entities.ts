import { defineEntity, type EntitySchema, p, type Type } from '@mikro-orm/core';
import type { TableName } from '../schema/tables.ts';
import { mapTables, type StoredColumn } from './tables.ts';

/**
 * The column types in which databases differ. Everything else (uuid, text, integer, boolean) MikroORM
 * translates by itself.
 */
export interface ColumnTypes {
  /** An instant of milliseconds precision; a `Date` in records. */
  instant: new () => Type<Date | null, unknown>;
  /** Any JSON value. */
  json: new () => Type<unknown, unknown>;
  /** SQL for the begin of 1970, the default of instants. */
  epoch: string;
  /** Collation of text in keys, where the database's own isn't by byte. */
  keyCollation?: string;
}

/**
 * Makes the entities of all tables. A fresh set on each call, because an ORM writes what its driver needs on the entities
 * it is given.
 */
export function defineEntities(types: ColumnTypes): Record<TableName, EntitySchema> {
  return mapTables(({ name, columns, definition: { indexes = [] } }) =>
    defineEntity({
      name,
      tableName: name,
      properties: Object.fromEntries(columns.map((column) => [column.property, propertyOf(column, types)])),
      indexes: indexes.map((property) => ({ properties: property })),
    }),
  );
}

/** Columns that are never null have a default, so that an upgrade can add one to a table with rows. */
function propertyOf(column: StoredColumn, { instant, json, epoch, keyCollation }: ColumnTypes): object {
  const { key, nullable } = column;
  switch (column.kind) {
    case 'uuid':
      return key ? p.uuid().primary() : p.uuid().nullable();
    case 'text': {
      const text = p.text();
      if (key) return (keyCollation === undefined ? text : text.collation(keyCollation)).primary();
      return nullable ? text.nullable() : text.default('');
    }
    case 'integer':
      return key ? p.integer().primary() : nullable ? p.integer().nullable() : p.integer().default(0);
    case 'bigint':
      return nullable ? p.bigint('number').nullable() : p.bigint('number').default(0);
    case 'boolean':
      return nullable ? p.boolean().nullable() : p.boolean().default(false);
    case 'instant':
      return nullable ? p.type(instant).nullable() : p.type(instant).defaultRaw(epoch);
    case 'json':
      return p.type(json).defaultRaw(`'${column.empty}'`);
  }
}
