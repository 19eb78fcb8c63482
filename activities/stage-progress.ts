import { activityInfo } from '@temporalio/activity';
import type { StageCursor, StageInput } from '../src/model/activities.ts';
import { stageCursorSchema } from '../src/model/schemas.ts';
import type { Lease } from '../src/stores/leases.ts';
import type { ActivityDeps } from './deps.ts';
import type { SourceStage } from './stages/source-stage.ts';

/**
 * Returns where a stage starts: at the last heartbeat, else at the input's cursor, else at the start. A cursor of another
 * stage, another database or another state of the repository isn't used.
 */
export function resumeStage({ store }: ActivityDeps, stage: SourceStage, input: StageInput): StageCursor {
  const isUsable = (candidate: StageCursor | undefined): candidate is StageCursor =>
    candidate?.stage === stage.name && candidate.pin.databaseId === store.databaseId && (candidate.pin.digest === input.pin.digest || stage.reads === 'api');
  const heartbeat = stageCursorSchema.safeParse(activityInfo().heartbeatDetails).data;
  if (isUsable(heartbeat)) return readable(stage, input, heartbeat);
  const from = stageCursorSchema.safeParse(input.from).data;
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
