import type { RequestRecord } from './exchange.ts';

/** Limits that are told in whole seconds since 1970 end on one. In milliseconds. */
export const inSeconds = (seconds: number): number => Math.ceil((Date.now() + seconds * 1_000) / 1_000) * 1_000;

/** Turns of this process's event loop that are counted, at most one in so many milliseconds. */
const TURN_MS = 10;
let turns = 0;
setInterval(() => {
  turns += 1;
}, TURN_MS).unref();

/** A moment by the clock, and how many milliseconds this process has been awake by then: it may stand still in between, and who shares it does too. */
export interface Moment {
  at: number;
  awake: number;
}

export const now = (): Moment => ({ at: Date.now(), awake: turns * TURN_MS });

/** Marks a request that a limit refuses, and whether its sender had been told. */
export function markLimited(record: RequestRecord, { toldAt }: { toldAt: Moment | null }): void {
  record.limited = true;
  if (toldAt !== null && toldAt.at <= record.at) Object.assign(record, { whileLimited: true, limitedFor: now().awake - toldAt.awake });
}
