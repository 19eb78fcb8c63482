import type { RequestRecord } from './exchange.ts';

/** Limits that are told in whole seconds since 1970 end on one. In milliseconds. */
export const inSeconds = (seconds: number): number => Math.ceil((Date.now() + seconds * 1_000) / 1_000) * 1_000;

/** Marks a request that a limit refuses, and whether its sender had been told. */
export function markLimited(record: RequestRecord, { toldAt }: { toldAt: number | null }): void {
  record.limited = true;
  if (toldAt !== null && toldAt <= record.at) Object.assign(record, { whileLimited: true, limitedFor: record.at - toldAt });
}
