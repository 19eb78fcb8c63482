import { activityInfo } from '@temporalio/activity';
import { z } from 'zod';
import type { Pin, StageCursor, StageInput } from '../src/model/activities.ts';
import { STAGES } from '../src/model/stages.ts';
import { FACT_TABLES } from '../src/schema/tables.ts';
import type { Lease } from '../src/stores/leases.ts';
import type { ActivityDeps } from './deps.ts';
import type { SourceStage } from './stages/source-stage.ts';

const pin = z.object({
  databaseId: z.string(),
  head: z.string().nullable(),
  digest: z.string(),
  tokens: z.partialRecord(z.enum(STAGES), z.number()).optional(),
}) as z.ZodType<Pin>;

const stageCursor = z.object({
  stage: z.enum(STAGES),
  version: z.int().optional(),
  pin,
  begun: z.iso.datetime(),
  cursor: z.record(z.string(), z.unknown()),
  rows: z.partialRecord(z.enum(FACT_TABLES), z.number()),
  since: z.number().optional(),
  writes: z.number().optional(),
  attempt: z.number(),
  done: z.number(),
  total: z.number(),
}) as z.ZodType<StageCursor>;

/**
 * Returns where a stage starts: at the last heartbeat, else at the input's cursor, else at the start. A cursor of another
 * stage, another database or another state of the repository isn't used.
 */
export function resumeStage({ store }: ActivityDeps, stage: SourceStage, input: StageInput): StageCursor {
  const isUsable = (candidate: StageCursor | undefined): candidate is StageCursor =>
    candidate?.stage === stage.name && candidate.pin.databaseId === store.databaseId && (candidate.pin.digest === input.pin.digest || stage.reads === 'api');
  const heartbeat = stageCursor.safeParse(activityInfo().heartbeatDetails).data;
  if (isUsable(heartbeat)) return readable(stage, input, heartbeat);
  const from = stageCursor.safeParse(input.from).data;
  // Its attempt is another activity's.
  if (isUsable(from)) return { ...readable(stage, input, from), attempt: 0 };
  return startOfStage(stage, input);
}

/** Returns the start of a stage whose lease another run has had since: the saved state describes what that wrote. */
export function restartStage(stage: SourceStage, input: StageInput, { since }: Lease, { attempt, writes }: StageCursor): StageCursor {
  return { ...startOfStage(stage, input), since, attempt, ...(writes !== undefined && { writes }) };
}

/** Returns a cursor as it is, or the start of the stage where its position can't be resumed from. */
function readable(stage: SourceStage, input: StageInput, candidate: StageCursor): StageCursor {
  const { version, cursor, since, writes, attempt } = candidate;
  if (Object.keys(cursor).length === 0 || stage.parsePosition(version, cursor) !== undefined) return candidate;
  return { ...startOfStage(stage, input), ...(since !== undefined && { since }), ...(writes !== undefined && { writes }), attempt };
}

function startOfStage({ name, version }: SourceStage, { pin }: StageInput): StageCursor {
  const begun = new Date(activityInfo().scheduledTimestampMs).toISOString();
  return { stage: name, version, pin, begun, cursor: {}, rows: {}, attempt: 0, done: 0, total: 0 };
}
