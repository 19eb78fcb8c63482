import { z } from 'zod';
import type { Cursor } from '../model/activities.ts';
import { clip } from '../model/clip.ts';

/** Where a stage's saved cursor names the items that it skipped; absent where it skipped none. */
export const SKIPPED = 'skipped';

/** An item that its host refused again and again, while it answered for others. */
export interface SkippedItem {
  number: number;
  /** What the host answered. */
  reason: string;
}

const skippedItem: z.ZodType<SkippedItem> = z.object({ number: z.int(), reason: z.string() });

/** Items that the last run of a stage skipped, by the cursor that it saved. */
export function skippedItems(cursor: Cursor | undefined): SkippedItem[] {
  return z.array(skippedItem).safeParse(cursor?.[SKIPPED]).data ?? [];
}

/** The part of a stage's cursor that names skipped items. */
export function skippedCursor(items: readonly SkippedItem[]): Cursor {
  return items.length === 0 ? {} : { [SKIPPED]: items.map(({ number, reason }) => ({ number, reason })) };
}

/** Bytes of a reason that are kept: the first of them has to fit into a report. */
const MAX_REASON_BYTES = 300;

/** What went wrong with an item, as it is kept. */
export function skippedReason(error: unknown): string {
  return clip(error instanceof Error ? error.message : String(error), MAX_REASON_BYTES);
}

/** Says which items were skipped and why, for people. */
export function describeSkipped(items: readonly SkippedItem[]): string {
  const numbers = items.map(({ number }) => number).join(', ');
  const what = items.length === 1 ? `pull request ${numbers} was skipped` : `pull requests ${numbers} were skipped`;
  const why = items.length === 1 ? '' : 'the first: ';
  return `${what} after repeated failures, and the next sync tries ${items.length === 1 ? 'it' : 'them'} first (${why}${items[0]?.reason})`;
}
