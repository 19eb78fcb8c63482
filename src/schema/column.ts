/** What a column can hold. */
export type ColumnKind = 'uuid' | 'text' | 'integer' | 'bigint' | 'boolean' | 'instant' | 'json';

/** A column of a table; `Value` is the type of its property in records. */
export interface Column<Value = unknown> {
  kind: ColumnKind;
  nullable: boolean;
  /** What the value says, in Markdown. */
  meaning: string;
  /** Set where the text may be of any length, because a repository fills it. */
  long?: true;
  /** The empty value of a JSON column, which rows have that were written before the column was added. */
  empty?: '{}' | '[]';
  /** Carries the type and holds nothing. */
  value?: Value;
}

/** A UUID as text. */
export const uuid = (meaning: string): Column<string> => ({ kind: 'uuid', nullable: false, meaning });

/** Valid Unicode without NUL. `Value` limits it to some texts. */
export const text = <Value extends string = string>(meaning: string): Column<Value> => ({ kind: 'text', nullable: false, meaning });

/** A text that may be longer than the entries of a database's indexes, such as a path. */
export const longText = (meaning: string): Column<string> => ({ ...text(meaning), long: true });

/** A whole number below 2^31. */
export const integer = (meaning: string): Column<number> => ({ kind: 'integer', nullable: false, meaning });

/** A whole number up to 2^53. */
export const bigint = (meaning: string): Column<number> => ({ kind: 'bigint', nullable: false, meaning });

export const boolean = (meaning: string): Column<boolean> => ({ kind: 'boolean', nullable: false, meaning });

/** A time, in milliseconds precision. Stores keep those in the years 0 to 9999, and null for others where the column is nullable. */
export const instant = (meaning: string): Column<Date> => ({ kind: 'instant', nullable: false, meaning });

/** Any JSON value. */
export const json = <Value>(empty: '{}' | '[]', meaning: string): Column<Value> => ({ kind: 'json', nullable: false, empty, meaning });

/** The same column, which may also be null. */
export const nullable = <Value>(column: Column<Value>): Column<Value | null> => ({ ...(column as Column<Value | null>), nullable: true });
