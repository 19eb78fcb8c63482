import { Type } from '@mikro-orm/core';
import type { ColumnTypes } from '../entities.ts';
import { storedInstant } from '../instants.ts';

/** A timestamptz. */
export class Timestamp extends Type<Date | null, string | null> {
  override convertToDatabaseValue(value: Date | null): string | null {
    const instant = storedInstant(value);
    if (instant === null) return null;
    // The year before 1 is 1 BC to PostgreSQL.
    return instant.getUTCFullYear() > 0 ? instant.toISOString() : instant.toISOString().replace('0000', '0001').concat(' BC');
  }

  /** @param value As the driver reads it: a `Date`, or a number where it is infinite. */
  override convertToJSValue(value: unknown): Date | null {
    if (value === null || value instanceof Date) return storedInstant(value);
    return typeof value === 'number' ? this.fromMilliseconds(value) : storedInstant(new Date(String(value)));
  }

  fromMilliseconds(value: number | null): Date | null {
    return value === null ? null : storedInstant(new Date(value));
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
