import { heartbeat } from '@temporalio/activity';

/** Well within the time after which Temporal takes a silent activity for dead. */
const HEARTBEAT_MS = 5_000;

/**
 * Does an activity's work with signs of life: without them one whose worker was killed would be missed only after its
 * longest permissible time, and a cancel would never reach it.
 * @param details What each sign of life carries; asked for anew each time.
 */
export async function whileAlive<T>(work: () => Promise<T>, details: () => unknown = () => undefined): Promise<T> {
  const alive = setInterval(() => heartbeat(details()), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}
