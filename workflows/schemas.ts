import { z } from 'zod';
import { STAGES } from '../src/model/stages.ts';
import { FACT_TABLES } from '../src/schema/tables.ts';

/** A number of things. */
export const countSchema = z.int().nonnegative();

/** Name of a stage. */
export const stageSchema = z.enum(STAGES);

/** Rows per table. */
export const rowCountsSchema = z.partialRecord(z.enum(FACT_TABLES), countSchema);
