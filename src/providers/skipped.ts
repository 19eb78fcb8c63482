import { z } from 'zod';
import { MAX_COMMIT_BYTES } from '../git/commits.ts';
import type { Cursor } from '../model/activities.ts';
import { clip } from '../model/clip.ts';

/** Where a stage's saved cursor names the items that it skipped; absent where it skipped none. */
const SKIPPED = 'skipped';

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

/** Where a stage's saved cursor names the commits that it didn't store; absent where it stored all. */
const SKIPPED_COMMITS = 'skippedCommits';

/** Hashes that a cursor holds: each stands for megabytes, and cursors have a limit of their own. */
const MAX_SKIPPED_COMMITS = 1_000;

/** Hashes that a message names. */
const MAX_NAMED = 5;

/** Commits that the last run of a stage didn't store, by the cursor that it saved. */
export function skippedCommits(cursor: Cursor | undefined): string[] {
  return z.array(z.string()).safeParse(cursor?.[SKIPPED_COMMITS]).data ?? [];
}

/** The part of a stage's cursor that names commits which it didn't store. */
export function skippedCommitsCursor(hashes: Iterable<string>): Cursor {
  const named = [...hashes].slice(0, MAX_SKIPPED_COMMITS);
  return named.length === 0 ? {} : { [SKIPPED_COMMITS]: named };
}

/** Whether a run of a stage left out what the next one has to look at again. */
export function hasSkipped(cursor: Cursor): boolean {
  return skippedItems(cursor).length > 0 || skippedCommits(cursor).length > 0;
}

/**
 * Says what a run of a stage left out and why, for people.
 * @param cursor What the run saved.
 * @returns undefined where it left out nothing.
 */
export function describeSkipped(cursor: Cursor): string | undefined {
  const items = skippedItems(cursor);
  const commits = skippedCommits(cursor);
  const parts = [...(items.length > 0 ? [describeItems(items)] : []), ...(commits.length > 0 ? [describeCommits(commits)] : [])];
  return parts.length === 0 ? undefined : parts.join('; ');
}

function describeCommits(hashes: readonly string[]): string {
  const named = hashes.slice(0, MAX_NAMED).join(', ');
  const more = hashes.length > MAX_NAMED ? ` and ${hashes.length - MAX_NAMED} more` : '';
  const what = hashes.length === 1 ? `commit ${named} was skipped because it is` : `commits ${named}${more} were skipped because they are`;
  return `${what} larger than ${MAX_COMMIT_BYTES} bytes, the most that is stored of a commit; everything else is stored`;
}

function describeItems(items: readonly SkippedItem[]): string {
  const numbers = items.map(({ number }) => number).join(', ');
  const what = items.length === 1 ? `pull request ${numbers} was skipped` : `pull requests ${numbers} were skipped`;
  const why = items.length === 1 ? '' : 'the first: ';
  return `${what} after repeated failures, and the next sync tries ${items.length === 1 ? 'it' : 'them'} first (${why}${items[0]?.reason})`;
}
