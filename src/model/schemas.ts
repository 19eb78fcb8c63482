import { z } from 'zod';
import { FACT_TABLES } from '../schema/tables.ts';
import type { Pin, StageCursor } from './activities.ts';
import { STAGES } from './stages.ts';

/** A number of things. */
export const countSchema = z.int().nonnegative();

/** Name of a stage. */
export const stageSchema = z.enum(STAGES);

/** Rows per table. */
export const rowCountsSchema = z.partialRecord(z.enum(FACT_TABLES), countSchema);

/** A {@link Pin} of this or an earlier version. */
export const pinSchema = z.looseObject({
  databaseId: z.string(),
  head: z.string().nullable(),
  digest: z.string(),
  tokens: z.partialRecord(stageSchema, countSchema).optional(),
}) as z.ZodType<Pin>;

/** A {@link StageCursor} of this or an earlier version. */
export const stageCursorSchema = z.looseObject({
  stage: stageSchema,
  version: z.int().optional(),
  pin: pinSchema,
  begun: z.iso.datetime(),
  cursor: z.record(z.string(), z.unknown()),
  rows: rowCountsSchema,
  since: countSchema.optional(),
  writes: countSchema.optional(),
  attempt: countSchema,
  done: z.number(),
  total: z.number(),
}) as z.ZodType<StageCursor>;
