/**
 * How far below the newest time of change the next reading begins (or ends), if that time was recent: for changes of the
 * same moment, and for what a host notes first and shows later (transactions, replicas). Both ends are the host's times,
 * so no clocks are compared.
 */
export const OVERLAP_MS = 10 * 60_000;

/**
 * From this age on the newest time of change isn't recent, and the next reading's bound lies above it: whatever changes
 * later has a later time. The age is by the local clock, so it's far more than the overlap and what clocks differ by.
 */
const RECENT_MS = 60 * 60_000;

/**
 * The time of change that divides what has been read from what the next reading takes in. A time that is still to come, as
 * imports and clocks that were wrong leave it, says nothing of what changes before it does: then it's when the reading
 * began, less what clocks differ by.
 * @param newest The newest time of change that was seen (ISO-8601, the host's); null if nothing is there.
 * @param begun When the reading began (ISO-8601), by the local clock.
 */
export function boundaryAfter(newest: string | null, begun: string, overlap = OVERLAP_MS): string | null {
  if (newest === null) return null;
  const age = Date.parse(begun) - Date.parse(newest);
  if (age < -RECENT_MS) return new Date(Date.parse(begun) - RECENT_MS).toISOString();
  return new Date(Date.parse(newest) + (age < RECENT_MS ? -overlap : 1)).toISOString();
}
