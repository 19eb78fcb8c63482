import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import { propertyOf } from '../keys.ts';
import { IsoInstant, JsonText } from './types.ts';

/** A column, and how its values go in and out. */
export interface Column {
  /** Name of the record's property. */
  property: string;
  /** Name of the column. */
  name: string;
  key: boolean;
  encode(value: unknown): SQLInputValue;
  decode(value: SQLOutputValue): unknown;
}

/** The columns of a table, from the metadata of its entity. */
export function columnsOf(table: EntityMetadata): Column[] {
  return table.props.map((property) => ({
    property: property.name,
    name: property.fieldNames[0] ?? property.name,
    key: property.primary === true,
    ...codec(property),
  }));
}

/** A record's values for columns, as they are bound. */
export function encode(columns: readonly Column[], record: object): SQLInputValue[] {
  return columns.map((column) => column.encode(propertyOf(record, column)));
}

/** The record that a stored row is. */
export function decode(columns: readonly Column[], row: Record<string, SQLOutputValue>): object {
  return Object.fromEntries(columns.map(({ property, name, decode }) => [property, decode(row[name] ?? null)]));
}

function codec({ customType, runtimeType }: EntityProperty): Pick<Column, 'encode' | 'decode'> {
  if (customType instanceof IsoInstant) {
    return {
      encode: (value) => customType.convertToDatabaseValue(value as Date | null),
      decode: (value) => customType.convertToJSValue(value as string | null),
    };
  }
  if (customType instanceof JsonText) {
    return {
      encode: (value) => customType.convertToDatabaseValue(value),
      decode: (value) => customType.convertToJSValue(value as string | null),
    };
  }
  if (runtimeType === 'boolean') {
    return {
      encode: (value) => (value === null ? null : Number(value)),
      decode: (value) => (value === null ? null : value !== 0),
    };
  }
  return { encode: (value) => value as SQLInputValue, decode: (value) => value };
}
