import { z } from 'zod';
import { failedItem } from '../../hosted/pull-requests/item-failures.ts';
import { skippedFields } from '../../skipped.ts';

/** A position in a reading. Version 0.1.0 left none of the fields with a default. */
const position = z.object({
  /** Whether merge requests of any age are read, not just those changed since the last run. */
  everything: z.boolean(),
  /** Time of change (ISO-8601) from which on merge requests are still to be read; null for the front. */
  after: z.string().nullable(),
  /** Numbers of those with this very time that have been read. */
  ties: z.array(z.number()),
  /** When the reading began (ISO-8601), by the local clock. */
  begun: z.string(),
  /** Merge requests read. */
  done: z.number(),
  /** Those that couldn't be read so far. */
  failed: z.array(failedItem).default([]),
  /** Whether there are any whose lines weren't counted for want of a clone. */
  partial: z.boolean(),
});

const saved = z.object({
  /** Time of change (ISO-8601) from which on the next run reads; null if it reads everything. */
  boundary: z.string().nullable(),
  /** Whether there are any whose lines weren't counted for want of a clone. */
  partial: z.boolean(),
  /** Replaces the listed one where merge requests are switched off. */
  probe: z.string().optional(),
  skipped: skippedFields.skipped,
});

export type MergeRequestPosition = z.infer<typeof position>;

export type SavedMergeRequests = z.infer<typeof saved>;

export const mergeRequestCursor = { version: 1, position, saved };
