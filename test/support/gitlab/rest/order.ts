import { type Time, timeOf } from '../world.ts';

/** Rows in order of a key; those that share one in order of their ids, in the same direction. */
export function ordered<Row extends { id: number }>(rows: readonly Row[], key: (row: Row) => string | number, direction: string | null): Row[] {
  const order = (a: Row, b: Row) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id);
  return rows.toSorted((a, b) => (direction === 'asc' ? order(a, b) : order(b, a)));
}

/** A time of a query, with all the digits that it has; a day is its first moment. */
export function instant(text: string): Time {
  const [, whole = '', fraction = '', zone = 'Z'] = /^([^.Z+]+?)(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})?$/.exec(text) ?? [];
  const seconds = Date.parse(whole.includes('T') ? `${whole.length === 13 ? `${whole}:00` : whole}${zone.replace(/^(.\d{2})(\d{2})$/, '$1:$2')}` : whole);
  const digits = fraction.padEnd(6, '0');
  return timeOf(seconds + Number(digits.slice(0, 3)), Number(digits.slice(3, 6)));
}

/** Whether a time is within those that a query names with `<name>_after` and `<name>_before`, both included. */
export function within(query: URLSearchParams, name: string, time: Time | null): boolean {
  const [after, before] = [query.get(`${name}_after`), query.get(`${name}_before`)];
  if (after === null && before === null) return true;
  if (time === null) return false;
  return (after === null || time >= instant(after)) && (before === null || time <= instant(before));
}
