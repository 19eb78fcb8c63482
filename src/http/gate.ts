import { createHash } from 'node:crypto';
import { RateLimited } from '../model/errors.ts';

const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 3_600_000;

/** Returned by {@link Gate.pass}: the state of the gate when the request was sent. */
export type Ticket = number;

/**
 * Holds back all requests with one token while the service refuses them. Limits close lanes: parts of a service with
 * limits of their own, such as REST and GraphQL.
 */
export class Gate {
  readonly #closed = new Map<string, { until: number; reason: string }>();
  /** Refusals without a time so far, and how many of them were consecutive. */
  #refusals = 0;
  #inARow = 0;

  /**
   * Call this right before a request is sent.
   * @throws RateLimited while the lane is closed.
   */
  pass(lane: string): Ticket {
    const limit = this.#closed.get(lane);
    if (limit && limit.until > Date.now()) throw new RateLimited(limit.reason, new Date(limit.until));
    return this.#refusals;
  }

  /**
   * Closes lanes until a time (milliseconds since 1970); never shortens an earlier closing.
   * @param reason What is limited, for people.
   */
  close(lanes: readonly string[], until: number, reason: string): void {
    for (const lane of lanes) if ((this.#closed.get(lane)?.until ?? 0) < until) this.#closed.set(lane, { until, reason });
  }

  /**
   * The end of the backoff after a refusal without a time: a minute, doubled for each consecutive refusal.
   * Refusals of concurrent requests count as one.
   */
  backOff(ticket: Ticket): number {
    if (ticket === this.#refusals) {
      this.#refusals++;
      this.#inARow++;
    }
    return Date.now() + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, this.#inARow - 1));
  }

  /** Notes a response that was not a refusal, unless its request was sent before the last refusal arrived. */
  answered(ticket: Ticket): void {
    if (ticket === this.#refusals) this.#inARow = 0;
  }
}

const gates = new Map<string, Gate>();

/**
 * The gate of a token, shared by all its users in this process.
 * @param identity What the service counts requests by: its address and the token, or an app's installation. Only a digest is kept.
 */
export function gateOf(...identity: readonly string[]): Gate {
  const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  let gate = gates.get(key);
  if (!gate) {
    gate = new Gate();
    gates.set(key, gate);
  }
  return gate;
}
