import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import { standInOf } from './long-keys.ts';
import { Jsonb, Timestamp } from './types.ts';

/** A column, and how its values go in and out. */
export interface Column {
  /** Name of the record's property. */
  property: string;
  /** Name of the column, quoted: some ('rows') are words of SQL. */
  name: string;
  key: boolean;
  /** The column of the primary key that stands for it. */
  keyName: string;
  /** Type of the column. */
  type: string;
  /** Text of a value, as the server reads it. */
  encode(value: unknown): string | null;
  /** SQL that selects the column for {@link Column.decode}. */
  selected: string;
  decode(value: unknown): unknown;
}

/** The columns of a table, from the metadata of its entity. */
export function columnsOf(table: EntityMetadata): Column[] {
  const stored = table.props.filter(({ generated }) => generated === undefined);
  return stored.map((property) => {
    const name = `"${property.fieldNames[0] ?? property.name}"`;
    const standIn = standInOf(table, property);
    return {
      property: property.name,
      name,
      key: property.primary === true || standIn !== undefined,
      keyName: standIn === undefined ? name : `"${standIn}"`,
      type: property.columnTypes[0] ?? 'text',
      ...codec(property, name),
    };
  });
}

/** The record that a selected row is; `row` holds the columns in their order. */
export function decode(columns: readonly Column[], row: readonly unknown[]): object {
  return Object.fromEntries(columns.map(({ property, decode }, index) => [property, decode(row[index])]));
}

function codec({ customType }: EntityProperty, name: string): Pick<Column, 'encode' | 'selected' | 'decode'> {
  if (customType instanceof Timestamp) {
    return {
      encode: (value) => customType.convertToDatabaseValue(value as Date | null),
      // As an exact number, which looks the same whatever the session's date style and digits of floating-point ones.
      selected: `(extract(epoch from ${name}) * 1000)::text`,
      decode: (value) => customType.fromMilliseconds(value === null ? null : Number(value)),
    };
  }
  if (customType instanceof Jsonb) return { encode: (value) => customType.convertToDatabaseValue(value), selected: name, decode: (value) => value };
  return { encode: (value) => (value === null ? null : String(value)), selected: name, decode: (value) => value };
}
