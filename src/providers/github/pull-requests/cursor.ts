import { z } from 'zod';
import { failedItem } from '../../hosted/pull-requests/item-failures.ts';
import { skippedFields } from '../../skipped.ts';

/** A position in a reading. Version 0.1.0 left none of the fields with a default. */
const position = z.object({
  api: z.enum(['graphql', 'rest']),
  /** Whether pull requests of any age are read, not just those changed since the last run. */
  everything: z.boolean(),
  /** Where the pass ends: time of change (ISO-8601); null for the end. */
  boundary: z.string().nullable(),
  /** Time of change at the front when the pass began (ISO-8601); null before it, and where there is none. */
  newest: z.string().nullable(),
  /** When the pass began (ISO-8601), by the local clock. */
  begun: z.string(),
  /** `next` of the page before; null at a pass's start. */
  after: z.unknown(),
  /** Pull requests read, and how many the repository has. */
  done: z.number(),
  total: z.number(),
  /** Whether the stored open ones are still to be requested. */
  asksOpen: z.boolean().default(false),
  /** Those of the current page that have been read already: number, and time of change in milliseconds since 1970. */
  read: z.array(z.tuple([z.number(), z.number()])).default([]),
  /** Those that couldn't be read so far. */
  failed: z.array(failedItem).default([]),
});

/** `boundary`: time of change (ISO-8601) from which on the next run reads; null if it reads everything. */
const saved = z.object({ boundary: z.string().nullable(), skipped: skippedFields.skipped });

export type PullRequestPosition = z.infer<typeof position>;

export type SavedPullRequests = z.infer<typeof saved>;

export const pullRequestCursor = { version: 1, position, saved };
