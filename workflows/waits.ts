import { sleep } from '@temporalio/workflow';
import type { Wait } from '../src/model/activities.ts';
import { waitAskedBy } from './failures.ts';
import { summary } from './proxies.ts';

/** Waits by a timer, which survives everything and which the Web UI names. */
export async function sleepOut(wait: Wait, about: string): Promise<void> {
  const why = wait.holder === undefined ? `rate limit: ${about} waits for ${wait.until}` : `lease: ${about} waits for ${wait.holder}`;
  await sleep(Math.max(1_000, Date.parse(wait.until) - Date.now()), { summary: summary(why) });
}

/**
 * The time after which a stage looks again whether another run has given up its lease: most are held for less than it takes
 * them to expire.
 * @param times How often it has waited before.
 */
export function leaseWait(wait: Wait, times: number): Wait {
  const until = Math.min(Date.parse(wait.until), Date.now() + 1_000 * 2 ** Math.min(times, 6));
  return { ...wait, until: new Date(until).toISOString() };
}

/**
 * Runs an activity, again and again as long as a service asks to wait.
 * @param onWait Told of each wait before it begins, and with undefined when it's over.
 */
export async function pastLimits<T>(about: string, run: () => Promise<T>, onWait: (wait: Wait | undefined) => void = () => undefined): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const wait = waitAskedBy(error);
      if (wait === undefined) throw error;
      onWait(wait);
      await sleepOut(wait, about);
      onWait(undefined);
    }
  }
}
