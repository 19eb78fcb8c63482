import { heartbeat } from '@temporalio/activity';

/** Well below the heartbeat timeout of the workflows' activities. */
const HEARTBEAT_MS = 5_000;

/**
 * Runs an activity's work with regular heartbeats. Without them Temporal would notice a killed worker only at the
 * start-to-close timeout, and a cancellation would never be delivered.
 * @param work The work.
 * @param details Returns the details of the next heartbeat.
 */
export async function withHeartbeat<T>(work: () => Promise<T>, details: () => unknown = () => undefined): Promise<T> {
  const timer = setInterval(() => heartbeat(details()), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
