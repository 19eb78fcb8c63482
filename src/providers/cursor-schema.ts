import { z } from 'zod';
import type { Cursor } from '../model/activities.ts';

/** The shape of one stage's cursors as JSON. */
export interface CursorSchema<Position extends object = Cursor, Saved extends object = Cursor> {
  /** Changes whenever cursors of the shape before it can't be resumed from. */
  version: number;
  /** Where an attempt of a run left off; kept in heartbeats. */
  position: z.ZodType<Position>;
  /** What a completed run leaves for the next one; kept in `sync_state`. */
  saved: z.ZodType<Saved>;
}

/** Version of a cursor that names none: version 0.1.0 wrote no versions. */
const FIRST_VERSION = 1;

const versioned = z.looseObject({ version: z.int().default(FIRST_VERSION) });

/**
 * Parses the position that an attempt left in a heartbeat.
 * @param version Version that the heartbeat names; undefined if it names none.
 * @returns undefined if the stage has to start over.
 */
export function parsePosition<Position extends object>(schema: CursorSchema<Position>, version: number | undefined, position: unknown): Position | undefined {
  return (version ?? FIRST_VERSION) === schema.version ? schema.position.safeParse(position).data : undefined;
}

/**
 * Parses a cursor of `sync_state`.
 * @returns undefined if the stage has to start over.
 */
export function parseSavedCursor<Saved extends object>(schema: CursorSchema<Cursor, Saved>, cursor: unknown): Saved | undefined {
  return versioned.safeParse(cursor).data?.version === schema.version ? schema.saved.safeParse(cursor).data : undefined;
}
