import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gate, gateOf } from '../../src/http/gate.ts';
import { RateLimited } from '../../src/model/errors.ts';

const NOW = Date.UTC(2026, 0, 2);

describe('a gate', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('lets nothing through a closed lane until the time is there, and everything through the others', () => {
    const gate = new Gate();
    gate.close(['rest'], NOW + 5_000, 'the limit of REST');
    expect(() => gate.pass('rest')).toThrow(new RateLimited('the limit of REST', new Date(NOW + 5_000)));
    gate.pass('graphql');
    vi.setSystemTime(NOW + 5_000);
    gate.pass('rest');
  });

  it('stays closed for the longest of its limits', () => {
    const gate = new Gate();
    gate.close(['rest'], NOW + 9_000, 'long');
    gate.close(['rest', 'graphql'], NOW + 5_000, 'short');
    vi.setSystemTime(NOW + 6_000);
    expect(() => gate.pass('rest')).toThrow('long');
    gate.pass('graphql');
  });

  it('waits a minute where no time is said, twice as long each time, an hour at most, and a minute again after an answer', () => {
    const gate = new Gate();
    const refusal = () => (gate.backOff(gate.pass('rest')) - NOW) / 1_000;
    expect([refusal(), refusal(), refusal(), refusal(), refusal(), refusal(), refusal(), refusal()]).toEqual([60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    gate.answered(gate.pass('rest'));
    expect(refusal()).toBe(60);
  });

  it('counts refusals of requests that were under way together as one, and no answer to a request from before', () => {
    const gate = new Gate();
    const together = [gate.pass('rest'), gate.pass('rest'), gate.pass('graphql')];
    const early = gate.pass('rest');
    expect(together.map((ticket) => (gate.backOff(ticket) - NOW) / 1_000)).toEqual([60, 60, 60]);
    gate.answered(early);
    expect((gate.backOff(gate.pass('rest')) - NOW) / 1_000).toBe(120);
  });
});

it('the gate is the same for the same token at the same host', () => {
  expect(gateOf('api.github.com', 'a')).toBe(gateOf('api.github.com', 'a'));
  expect(gateOf('api.github.com', 'a')).not.toBe(gateOf('api.github.com', 'b'));
  expect(gateOf('api.github.com', 'a')).not.toBe(gateOf('ghe.example.com', 'a'));
});
