import { sleep } from '@temporalio/workflow';
import type { Wait } from '../src/model/activities.ts';
import { readWait } from './failures.ts';
import { clipSummary } from './proxies.ts';

/** Longest pause between two looks at a lease, as a power of two in seconds. */
const MAX_LEASE_EXPONENT = 6;

/**
 * Waits for a rate limit or a lease. A durable timer does so, whose summary the Web UI shows.
 * @param what The stage or step that waits.
 */
export async function sleepUntilOver(wait: Wait, what: string): Promise<void> {
  const reason = wait.holder === undefined ? `rate limit: ${what} waits for ${wait.until}` : `lease: ${what} waits for ${wait.holder}`;
  await sleep(Math.max(1_000, Date.parse(wait.until) - Date.now()), { summary: clipSummary(reason) });
}

/**
 * Shortens the wait for a lease, with exponential backoff: most leases are released long before they would expire.
 * @param previousWaits Times that the stage has waited for a lease before.
 */
export function shortenLeaseWait(wait: Wait, previousWaits: number): Wait {
  const until = Math.min(Date.parse(wait.until), Date.now() + 1_000 * 2 ** Math.min(previousWaits, MAX_LEASE_EXPONENT));
  return { ...wait, until: new Date(until).toISOString() };
}

/**
 * Runs an activity, and runs it again after each rate limit that it reports.
 * @param what The step that waits, for the timer's summary.
 * @param onWait Called with each wait before it begins, and with undefined when it's over.
 */
export async function retryAfterRateLimits<T>(what: string, run: () => Promise<T>, onWait: (wait: Wait | undefined) => void): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const wait = readWait(error);
      if (wait === undefined) throw error;
      onWait(wait);
      await sleepUntilOver(wait, what);
      onWait(undefined);
    }
  }
}
