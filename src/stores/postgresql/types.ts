import { Type } from '@mikro-orm/core';
import type { ColumnTypes } from '../entities/columns.ts';

/** The earliest `Date`. */
const FIRST_DATE = -8.64e15;

/** Before this PostgreSQL knows no time: the begin of its Julian days, 24 November 4714 BC. */
const EARLIEST = Date.UTC(-4713, 10, 24);

/**
 * A timestamptz. Its range ends after that of a `Date`, but begins later: what is older, which takes a commit with
 * a made-up time, becomes `-infinity`.
 */
export class Timestamp extends Type<Date | null, string | null> {
  override convertToDatabaseValue(value: Date | null): string | null {
    if (value === null) return null;
    return value.getTime() < EARLIEST ? '-infinity' : toTimestamp(value);
  }

  /** @param value As the driver reads it: a `Date`, or a number where it is infinite. */
  override convertToJSValue(value: unknown): Date | null {
    if (value === null || value instanceof Date) return value;
    return typeof value === 'number' ? this.fromMilliseconds(value) : new Date(String(value));
  }

  fromMilliseconds(value: number | null): Date | null {
    return value === null ? null : new Date(Math.max(value, FIRST_DATE));
  }

  override compareAsType(): string {
    return 'Date';
  }

  override getColumnType(): string {
    return 'timestamptz';
  }
}

/** Any JSON value as jsonb, sent as text. */
export class Jsonb extends Type<unknown, string | null> {
  override convertToDatabaseValue(value: unknown): string | null {
    return value === null ? null : JSON.stringify(value);
  }

  /** @param value Parsed by the driver. */
  override convertToJSValue(value: unknown): unknown {
    return value;
  }

  override getColumnType(): string {
    return 'jsonb';
  }
}

/**
 * Keys are compared by byte, whatever the database's collation: that is the order that `Store.keys` promises, it is
 * quicker, and an upgrade of the system's collations can't damage their indexes.
 */
export const POSTGRESQL_TYPES: ColumnTypes = {
  instant: Timestamp,
  json: Jsonb,
  // As the server prints it, whatever the time zone: a time as text would look different after each change of that.
  epoch: 'to_timestamp((0)::double precision)',
  keyCollation: 'C',
};

/** ISO-8601, but for years that PostgreSQL writes otherwise: those of five digits, and those before Christ. */
function toTimestamp(value: Date): string {
  const year = value.getUTCFullYear();
  if (year > 0 && year < 10_000) return value.toISOString();
  const rest = value.toISOString().replace(/^[+-]?\d+/, '');
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}
