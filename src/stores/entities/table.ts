import { defineEntity, type EntitySchema } from '@mikro-orm/core';
import type { FactTable, TableName, TableRecords } from '../../schema/tables.ts';

/** A column for each property of a record, none forgotten and none too many. Facts also say when they were written. */
type Columns<T extends TableName> = Record<(keyof TableRecords[T] & string) | (T extends FactTable ? 'lastSynced' : never), object>;

/**
 * Defines a table; its columns are the names of the properties in snake_case.
 * @param columns Keys first, in the order in which rows are looked up.
 * @param indexes Columns with an index of their own. Each costs writing speed: have few.
 */
export function table<T extends TableName>(name: T, columns: Columns<T>, indexes: readonly (keyof TableRecords[T] & string)[] = []): EntitySchema {
  const properties: Record<string, object> = columns;
  return defineEntity({
    name,
    tableName: name,
    properties,
    indexes: indexes.map((property) => ({ properties: property })),
  });
}
