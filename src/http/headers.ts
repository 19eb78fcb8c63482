/** A larger difference from the `Date` header is clock skew, not latency or rounding to seconds. */
const CLOCK_TOLERANCE = 2_000;

/**
 * Measures how far the local clock is ahead of the service's, in milliseconds; 0 if unknown or negligible.
 * @param at When the response arrived, by the local clock.
 */
export function measureClockSkew(headers: Headers, at: number): number {
  const ahead = at - Date.parse(headers.get('date') ?? '');
  return Math.abs(ahead) > CLOCK_TOLERANCE ? ahead : 0;
}

/**
 * When `Retry-After` ends by the local clock, in milliseconds since 1970; undefined if the header is missing or invalid.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function readRetryAfter(headers: Headers, at: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return at + Number(value) * 1_000;
  const until = / GMT$/.test(value) ? Date.parse(value) + measureClockSkew(headers, at) : Number.NaN;
  return Number.isNaN(until) ? undefined : until;
}

/**
 * When a limit ends by the local clock, in milliseconds since 1970: one second after the header's time, which is in whole
 * seconds. Undefined if the header is missing, invalid, or in the past by the service's own clock: waiting for that would
 * repeat the same refusal.
 * @param name Of a header with seconds since 1970.
 */
export function readReset(headers: Headers, name: string, at: number): number | undefined {
  const value = headers.get(name)?.trim() ?? '';
  if (!/^\d{1,10}$/.test(value)) return undefined;
  const end = Number(value) * 1_000 + 1_000;
  const date = Date.parse(headers.get('date') ?? '');
  return end > (Number.isNaN(date) ? at : date) ? end + measureClockSkew(headers, at) : undefined;
}
