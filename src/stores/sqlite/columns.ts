import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { ColumnKind } from '../../schema/column.ts';
import { propertyOf } from '../keys.ts';
import { type StoredColumn, type StoredTable, withColumns } from '../tables.ts';
import { IsoInstant, JsonText } from './types.ts';

/** How values of a column go in and out. */
interface Codec {
  encode(value: unknown): SQLInputValue;
  decode(value: SQLOutputValue): unknown;
}

/** A column, and how its values go in and out. */
export type Column = StoredColumn & Codec;

const instant = new IsoInstant();
const json = new JsonText();
const asIs: Codec = { encode: (value) => value as SQLInputValue, decode: (value) => value };

const CODECS = {
  uuid: asIs,
  text: asIs,
  integer: asIs,
  bigint: asIs,
  boolean: {
    encode: (value) => (value === null ? null : Number(value)),
    decode: (value) => (value === null ? null : value !== 0),
  },
  instant: {
    encode: (value) => instant.convertToDatabaseValue(value as Date | null),
    decode: (value) => instant.convertToJSValue(value as string | null),
  },
  json: {
    encode: (value) => json.convertToDatabaseValue(value),
    decode: (value) => json.convertToJSValue(value as string | null),
  },
} satisfies Record<ColumnKind, Codec>;

/** A table with SQLite's codecs. */
export const sqliteTable = (table: StoredTable): StoredTable<Column> => withColumns(table, (column) => ({ ...column, ...CODECS[column.kind] }));

/** A record's values for columns, as they are bound. */
export function encode(columns: readonly Column[], record: object): SQLInputValue[] {
  return columns.map((column) => column.encode(propertyOf(record, column)));
}

/** The record that a stored row is. */
export function decode(columns: readonly Column[], row: Record<string, SQLOutputValue>): object {
  return Object.fromEntries(columns.map(({ property, name, decode }) => [property, decode(row[name] ?? null)]));
}
