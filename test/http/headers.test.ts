import { describe, expect, it } from 'vitest';
import { measureClockSkew, readReset, readRetryAfter } from '../../src/http/headers.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const dated = (ahead: number, more = {}) => new Headers({ date: new Date(AT - ahead).toUTCString(), ...more });

it('a clock is ahead or behind by what the service says, and right where it says nothing or little else', () => {
  expect([measureClockSkew(dated(60_000), AT), measureClockSkew(dated(-60_000), AT), measureClockSkew(dated(1_000), AT)]).toEqual([60_000, -60_000, 0]);
  expect([measureClockSkew(new Headers(), AT), measureClockSkew(new Headers({ date: 'soon' }), AT)]).toEqual([0, 0]);
});

describe('Retry-After', () => {
  it('is in seconds, or a time by the clock of the service', () => {
    expect(readRetryAfter(new Headers({ 'retry-after': '30' }), AT)).toBe(AT + 30_000);
    expect(readRetryAfter(dated(60_000, { 'retry-after': new Date(AT).toUTCString() }), AT)).toBe(AT + 60_000);
  });

  it('may be missing, or no time', () => {
    expect(readRetryAfter(new Headers(), AT)).toBeUndefined();
    // Some of these a lenient reader takes for years long past.
    for (const value of ['later', '-1', '5.5', '']) expect(readRetryAfter(new Headers({ 'retry-after': value }), AT)).toBeUndefined();
  });
});

describe('the end of a limit', () => {
  const end = (ahead: number, seconds: number | string) => readReset(dated(ahead, { reset: String(seconds) }), 'reset', AT);

  it('is a second after the time that is told, by the clock of the service', () => {
    expect(end(0, AT / 1_000 + 40)).toBe(AT + 41_000);
    expect(end(60_000, AT / 1_000)).toBe(AT + 61_000);
    expect(readReset(new Headers({ reset: String(AT / 1_000) }), 'reset', AT)).toBe(AT + 1_000);
  });

  it('may be missing, no time, or past by the clock of the service', () => {
    expect(readReset(new Headers(), 'reset', AT)).toBeUndefined();
    for (const value of ['soon', '-1', '1.5', '', 60, AT, AT / 1_000 - 2]) expect(end(0, value)).toBeUndefined();
    expect(end(60_000, AT / 1_000 - 60)).toBe(AT + 1_000);
    expect(readReset(new Headers({ reset: String(AT / 1_000 - 2) }), 'reset', AT)).toBeUndefined();
  });
});
