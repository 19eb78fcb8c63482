/** The years 0 to 9999: those that ISO-8601 writes with four digits and that SQLite's date functions read. */
const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** The time as every store keeps it: null outside the years 0 to 9999, and for a date that isn't valid. */
export function storedInstant(value: Date | null): Date | null {
  const time = value?.getTime() ?? Number.NaN;
  return time >= FIRST && time <= LAST ? value : null;
}
