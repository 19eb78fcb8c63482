import { type Document, Long } from 'mongodb';
import type { ColumnKind } from '../../schema/column.ts';
import { type StoredColumn, type StoredTable, withColumns } from '../tables.ts';
import { Instant, Json } from './types.ts';

/** How values of a column go in and out. */
interface Codec {
  encode(value: unknown): unknown;
  /** @param value As the driver reads it. */
  decode(value: unknown): unknown;
}

/** A column, and how its values go in and out. */
export interface Column extends StoredColumn, Codec {
  /** Name of the field. A key of one column is the `_id`. */
  field: string;
}

const instant = new Instant();
const json = new Json();
const asIs: Codec = { encode: (value) => value, decode: (value) => value };
const text: Codec = { encode: (value) => (typeof value === 'string' ? value.toWellFormed() : value), decode: (value) => value };

const CODECS = {
  uuid: text,
  text,
  integer: asIs,
  // As a plain number the driver would send a floating-point one from 2^31 on.
  bigint: { encode: (value) => (value === null ? null : Long.fromNumber(Number(value))), decode: (value) => (value === null ? null : Number(value)) },
  boolean: asIs,
  instant: {
    encode: (value) => instant.convertToDatabaseValue(value as Date | null),
    decode: (value) => instant.convertToJSValue(value as Date | null),
  },
  json: { encode: (value) => json.convertToDatabaseValue(value), decode: (value) => json.convertToJSValue(value) },
} satisfies Record<ColumnKind, Codec>;

/** A table with MongoDB's names and codecs. */
export function mongodbTable(table: StoredTable): StoredTable<Column> {
  const single = table.key.length === 1;
  return withColumns(table, (column) => ({ ...column, ...CODECS[column.kind], field: single && column.key ? '_id' : column.name }));
}

/** The record that a document is. */
export function decode(columns: readonly Column[], document: Document): object {
  return Object.fromEntries(columns.map(({ property, field, decode }) => [property, decode(document[field])]));
}
