/** Beyond this, what a `Date` header differs by is the clock and not the way or its whole seconds. */
const CLOCK_TOLERANCE = 2_000;

/**
 * How far the clock here is ahead of the service's, in milliseconds; 0 where it can't be told or doesn't matter.
 * @param at When the answer came, by the clock here.
 */
export function measureClockSkew(headers: Headers, at: number): number {
  const ahead = at - Date.parse(headers.get('date') ?? '');
  return Math.abs(ahead) > CLOCK_TOLERANCE ? ahead : 0;
}

/**
 * When a `Retry-After` ends by the clock here, in milliseconds since 1970; undefined without a usable one.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function readRetryAfter(headers: Headers, at: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return at + Number(value) * 1_000;
  const until = / GMT$/.test(value) ? Date.parse(value) + measureClockSkew(headers, at) : Number.NaN;
  return Number.isNaN(until) ? undefined : until;
}

/**
 * When a limit ends, by the clock here, in milliseconds since 1970: a second after the time that a header tells in whole
 * ones. Undefined without a usable one, as one is not that has passed by the service's own clock: the same request would
 * be refused again and again.
 * @param name Of a header with seconds since 1970.
 */
export function readReset(headers: Headers, name: string, at: number): number | undefined {
  const value = headers.get(name)?.trim() ?? '';
  if (!/^\d{1,10}$/.test(value)) return undefined;
  const end = Number(value) * 1_000 + 1_000;
  const date = Date.parse(headers.get('date') ?? '');
  return end > (Number.isNaN(date) ? at : date) ? end + measureClockSkew(headers, at) : undefined;
}
