import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import type { TableName } from '../../schema/tables.ts';
import { STORED_TABLES, type StoredColumn } from '../tables.ts';

/** Characters of which no index entry gets too long: 2,704 bytes at most, with the rest of the key. */
const FITTING = 512;

/**
 * Makes a table's key fit for an index, whose entries may have 2,704 bytes: in the place of a column of any length it has a
 * generated one, which is the same text or, of a longer one, its begin and its SHA-256. That is longer than any text that
 * wasn't cut, so it's none of those.
 */
export function fitLongKeys(entity: EntityMetadata): void {
  const long = new Map(STORED_TABLES[entity.tableName as TableName].key.filter(isLongKey).map((column) => [column.property, column]));
  const properties = Object.values<EntityProperty>(entity.properties).flatMap((property) => {
    const column = long.get(property.name);
    if (column === undefined) return [property];
    const generated = generatedProperty(property, column);
    property.primary = false;
    return [property, generated];
  });
  entity.properties = Object.fromEntries(properties.map((property) => [property.name, property]));
  entity.primaryKeys = properties.filter(({ primary }) => primary).map(({ name }) => name);
}

/** Name of the column in the primary key that stands for a column: a generated one for texts of any length. */
export function keyColumnName(column: StoredColumn): string {
  return isLongKey(column) ? `${column.name}_key` : column.name;
}

/** What the generated column is made of, as the server prints it. */
export function keyExpression(text: string): string {
  const digest = `encode(sha256((replace(${text}, '\\'::text, '\\\\'::text))::bytea), 'hex'::text)`;
  return `\nCASE\n    WHEN (length(${text}) <= ${FITTING}) THEN ${text}\n    ELSE (("left"(${text}, ${FITTING}) || '#'::text) || ${digest})\nEND`;
}

function isLongKey({ key, long }: StoredColumn): boolean {
  return key && long;
}

function generatedProperty({ name, kind, type, runtimeType, collation, columnTypes }: EntityProperty, column: StoredColumn): EntityProperty {
  const generated = `${keyExpression(column.name)} stored`;
  const shared = { kind, type, runtimeType, collation, columnTypes };
  return { ...shared, name: `${name}Key`, fieldNames: [keyColumnName(column)], primary: true, hidden: true, generated } as EntityProperty;
}
