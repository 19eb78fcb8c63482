import { createHash } from 'node:crypto';
import { RateLimited } from '../model/errors.ts';

const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 3_600_000;

/** What {@link Gate.pass} hands out: what the gate knew when the request was sent. */
export type Ticket = number;

/**
 * What every request with one token passes, so that nothing is sent while the service refuses it. Limits close lanes:
 * parts of a service that are counted apart from each other, as REST and GraphQL are.
 */
export class Gate {
  readonly #closed = new Map<string, { until: number; reason: string }>();
  /** Refusals without a time so far, and how many of them came one after another. */
  #refusals = 0;
  #inARow = 0;

  /**
   * To be called right before a request is sent.
   * @throws RateLimited while the lane is closed.
   */
  pass(lane: string): Ticket {
    const limit = this.#closed.get(lane);
    if (limit && limit.until > Date.now()) throw new RateLimited(limit.reason, new Date(limit.until));
    return this.#refusals;
  }

  /**
   * Closes lanes until a time (milliseconds since 1970), or longer where they are closed longer already.
   * @param reason What is limited, for people.
   */
  close(lanes: readonly string[], until: number, reason: string): void {
    for (const lane of lanes) if ((this.#closed.get(lane)?.until ?? 0) < until) this.#closed.set(lane, { until, reason });
  }

  /**
   * Until when to wait after a refusal that says no time: a minute, and twice as long for each one that follows.
   * Those of requests that were under way together count as one.
   */
  backOff(ticket: Ticket): number {
    if (ticket === this.#refusals) {
      this.#refusals++;
      this.#inARow++;
    }
    return Date.now() + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, this.#inARow - 1));
  }

  /** Notes an answer that was no refusal, unless its request left before the last refusal came. */
  answered(ticket: Ticket): void {
    if (ticket === this.#refusals) this.#inARow = 0;
  }
}

const gates = new Map<string, Gate>();

/**
 * The gate of a token: the same one for all that ask with it in this process.
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
