import type { ColumnKind } from '../../schema/column.ts';
import { type StoredColumn, type StoredTable, withColumns } from '../tables.ts';
import { keyColumnName } from './long-keys.ts';
import { Jsonb, Timestamp } from './types.ts';

/** How values of a column go in and out. */
interface Codec {
  /** Type of the column. */
  type: string;
  /** Text of a value, as the server reads it. */
  encode(value: unknown): string | null;
  /** SQL that selects the column for {@link Codec.decode}. */
  select?(name: string): string;
  decode(value: unknown): unknown;
}

/** A column, and how its values go in and out. Its name is quoted, because some ('rows') are words of SQL. */
export interface Column extends StoredColumn, Omit<Codec, 'select'> {
  /** The column of the primary key that stands for it, quoted. */
  keyName: string;
  /** SQL that selects the column for {@link Column.decode}. */
  selected: string;
}

const timestamp = new Timestamp();
const jsonb = new Jsonb();
const encode = (value: unknown) => (value === null ? null : String(value));
const asIs = { encode, decode: (value: unknown) => value };

const CODECS = {
  uuid: { type: 'uuid', ...asIs },
  text: { type: 'text', ...asIs },
  integer: { type: 'int', ...asIs },
  // The driver gives a text.
  bigint: { type: 'bigint', encode, decode: (value) => (value === null ? null : Number(value)) },
  boolean: { type: 'boolean', ...asIs },
  instant: {
    type: 'timestamptz',
    encode: (value) => timestamp.convertToDatabaseValue(value as Date | null),
    // As an exact number, which looks the same whatever the session's date style and digits of floating-point ones.
    select: (name) => `(extract(epoch from ${name}) * 1000)::text`,
    decode: (value) => timestamp.fromMilliseconds(value === null ? null : Number(value)),
  },
  json: { type: 'jsonb', encode: (value) => jsonb.convertToDatabaseValue(value), decode: (value) => value },
} satisfies Record<ColumnKind, Codec>;

/** A table with PostgreSQL's names and codecs. */
export const postgresqlTable = (table: StoredTable): StoredTable<Column> => withColumns(table, (column) => postgresqlColumn(column));

function postgresqlColumn(column: StoredColumn): Column {
  const { type, encode, decode, select }: Codec = CODECS[column.kind];
  const name = `"${column.name}"`;
  return { ...column, name, keyName: `"${keyColumnName(column)}"`, type, encode, decode, selected: select?.(name) ?? name };
}

/** The record that a selected row is; `row` holds the columns in their order. */
export function decode(columns: readonly Column[], row: readonly unknown[]): object {
  return Object.fromEntries(columns.map(({ property, decode }, index) => [property, decode(row[index])]));
}
