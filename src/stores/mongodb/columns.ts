import { BigIntType, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import { type Document, Long } from 'mongodb';
import type { NaturalKeys } from './natural-keys.ts';
import { Instant, Json } from './types.ts';

/** A column, and how its values go in and out. */
export interface Column {
  /** Name of the record's property. */
  property: string;
  /** Name of the field. */
  field: string;
  key: boolean;
  /** Whether the field has an index of its own. */
  indexed: boolean;
  encode(value: unknown): unknown;
  /** @param value As the driver reads it. */
  decode(value: unknown): unknown;
}

/** The columns of a table, from the metadata of its entity. */
export function columnsOf(table: EntityMetadata, keys: NaturalKeys): Column[] {
  const names = keys.get(table.tableName) ?? [];
  return table.props
    .filter(({ name }) => name !== '_id')
    .map((property) => ({
      property: property.name,
      field: property.fieldNames[0] ?? property.name,
      key: names.includes(property.name),
      indexed: Boolean(property.index),
      ...codec(property),
    }));
}

/** The record that a document is. */
export function decode(columns: readonly Column[], document: Document): object {
  return Object.fromEntries(columns.map(({ property, field, decode }) => [property, decode(document[field])]));
}

function codec({ customType }: EntityProperty): Pick<Column, 'encode' | 'decode'> {
  if (customType instanceof Json) {
    return { encode: (value) => customType.convertToDatabaseValue(value), decode: (value) => customType.convertToJSValue(value) };
  }
  if (customType instanceof Instant) {
    return {
      encode: (value) => customType.convertToDatabaseValue(value as Date | null),
      decode: (value) => customType.convertToJSValue(value as Date | null),
    };
  }
  // As a plain number the driver would send a floating-point one from 2^31 on.
  if (customType instanceof BigIntType) return { encode: (value) => Long.fromNumber(Number(value)), decode: Number };
  return { encode: (value) => (typeof value === 'string' ? value.toWellFormed() : value), decode: (value) => value };
}
