import { createHash } from 'node:crypto';
import { propertyOf } from '../keys.ts';
import type { Column } from './columns.ts';

const SEPARATOR = '|';

/** What comes after the separator. */
const AFTER_SEPARATOR = '}';

/** So many has the longest whole number below 2^31. */
const DIGITS = 10;

/** Characters of a text in an `_id`. Longer ones would make entries of the index that not every server takes. */
const LONGEST = 1_024;

/** The documents whose `_id` is at least `from`, and below `to`. */
export interface Range {
  from: string;
  to: string;
}

/**
 * The `_id` of a row: the values of its key, separated by '|'. Rows that share the first columns of the key are a range
 * of `_id`s, in the order of the other columns: numbers have zeros in front, and in a text that others follow the
 * separator is encoded (as %7C, and % as %25). A text that comes last stays as it is, so that it's easily looked for,
 * and sorts as it does by itself.
 * @param keys All columns of the key.
 */
export function idOf(keys: readonly Column[], record: object): string {
  return keys.map((column, index) => part(propertyOf(record, column), index === keys.length - 1)).join(SEPARATOR);
}

/** The `_id`s of the rows that have the values of `record` in the first few columns of the key. */
export function rangeOf(first: readonly Column[], record: object): Range {
  const prefix = first.map((column) => part(propertyOf(record, column), false)).join(SEPARATOR);
  return { from: prefix + SEPARATOR, to: prefix + AFTER_SEPARATOR };
}

function part(value: unknown, last: boolean): string {
  if (typeof value === 'number') return String(value).padStart(DIGITS, '0');
  const text = String(value).toWellFormed();
  const plain = last ? text : text.replaceAll('%', '%25').replaceAll(SEPARATOR, '%7C');
  if (plain.length <= LONGEST) return plain;
  // Longer than any that wasn't cut, so it's none of those.
  return `${plain.slice(0, LONGEST).toWellFormed()}#${createHash('sha256').update(plain).digest('hex')}`;
}
