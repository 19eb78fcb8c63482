import { z } from 'zod';
import { MAX_COMMIT_BYTES } from '../git/commits.ts';
import { clip } from '../model/clip.ts';

/** An item that its host refused again and again, while it answered for others; `reason`: what the host answered. */
export const skippedItem = z.object({ number: z.int(), reason: z.string() });

export type SkippedItem = z.infer<typeof skippedItem>;

/** The parts of a saved cursor that name what a run skipped; absent where it skipped nothing. */
export const skippedFields = {
  skipped: z.array(skippedItem).optional(),
  skippedCommits: z.array(z.string()).optional(),
};

/** Names of what a run skipped. */
export interface Skipped {
  skipped?: SkippedItem[] | undefined;
  skippedCommits?: string[] | undefined;
}

/** The part of a stage's cursor that names skipped items. */
export function skippedCursor(items: readonly SkippedItem[]): Pick<Skipped, 'skipped'> {
  return items.length === 0 ? {} : { skipped: items.map(({ number, reason }) => ({ number, reason })) };
}

/** Maximum bytes of a reason: the first one has to fit into a report. */
const MAX_REASON_BYTES = 300;

/** What went wrong with an item, as it is kept. */
export function skippedReason(error: unknown): string {
  return clip(error instanceof Error ? error.message : String(error), MAX_REASON_BYTES);
}

/** Hashes that a cursor holds: each stands for megabytes, and cursors have a limit of their own. */
const MAX_SKIPPED_COMMITS = 1_000;

/** Hashes that a message names. */
const MAX_NAMED = 5;

/** The part of a stage's cursor that names commits which it didn't store. */
export function skippedCommitsCursor(hashes: Iterable<string>): Pick<Skipped, 'skippedCommits'> {
  const named = [...hashes].slice(0, MAX_SKIPPED_COMMITS);
  return named.length === 0 ? {} : { skippedCommits: named };
}

/**
 * Returns what a run of a stage skipped and why, for people.
 * @returns undefined if it skipped nothing.
 */
export function describeSkipped({ skipped = [], skippedCommits = [] }: Skipped): string | undefined {
  const parts = [...(skipped.length > 0 ? [describeItems(skipped)] : []), ...(skippedCommits.length > 0 ? [describeCommits(skippedCommits)] : [])];
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
