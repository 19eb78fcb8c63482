import { p, type Type } from '@mikro-orm/core';

/**
 * The column types in which databases differ. Everything else (uuid, text, integer, boolean) MikroORM
 * translates by itself.
 */
export interface ColumnTypes {
  /** An instant of milliseconds precision; a `Date` in records. */
  instant: new () => Type<Date | null, unknown>;
  /** Any JSON value. */
  json: new () => Type<unknown, unknown>;
  /** SQL for the begin of 1970, the default of instants. */
  epoch: string;
  /** Collation of text in keys, where the database's own isn't by byte. */
  keyCollation?: string;
}

/**
 * Builders of columns. Those that are never null have a default, so that an upgrade can add one to a
 * table with rows; whoever writes names every column.
 */
export function columnBuilders({ instant, json, epoch, keyCollation }: ColumnTypes) {
  return {
    key: {
      uuid: () => p.uuid().primary(),
      text: () => (keyCollation === undefined ? p.text() : p.text().collation(keyCollation)).primary(),
      number: () => p.integer().primary(),
    },
    text: () => p.text().default(''),
    number: () => p.integer().default(0),
    /** Up to 2^53. */
    bigNumber: () => p.bigint('number').default(0),
    flag: () => p.boolean().default(false),
    instant: () => p.type(instant).defaultRaw(epoch),
    json: (empty: '{}' | '[]') => p.type(json).defaultRaw(`'${empty}'`),
    orNull: {
      text: () => p.text().nullable(),
      number: () => p.integer().nullable(),
      flag: () => p.boolean().nullable(),
      instant: () => p.type(instant).nullable(),
    },
  };
}

/** What {@link columnBuilders} returns. */
export type ColumnBuilders = ReturnType<typeof columnBuilders>;
