import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './errors.ts';

/** How long SQLite itself waits for another process, in ms. It blocks the event loop, so it is short. */
export const BUSY_TIMEOUT = 25;

/** How long anything waits for other processes, in ms. */
const PATIENCE = 30_000;

/**
 * Runs `work` again for up to 30 seconds while another process has the database locked. In between the
 * event loop turns, so that heartbeats go out: SQLite's own busy time-out would stop everything.
 * @param work Leaves nothing half-done when it throws.
 */
export async function whenFree<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    // Random, so that two waiting processes don't keep in step.
    await sleep(5 + Math.random() * 20);
  }
}
