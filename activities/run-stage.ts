import type { LEASE_HELD, NOT_PREPARED, StageInput, StageResult } from '../src/model/activities.ts';
import { LeaseLost } from '../src/model/errors.ts';
import type { Stage } from '../src/model/stages.ts';
import type { Lease } from '../src/stores/leases.ts';
import type { ActivityDeps } from './deps.ts';
import { toActivityFailure } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { acquireLease, assertNothingLost, keepRenewed, settleLease } from './lease.ts';
import { recordFailedStage, recordStage } from './record-stage.ts';
import { assertProgress, limitRetries } from './retries.ts';
import { restartStage } from './stage-progress.ts';
import { assertPrepared, openStageWork, type StageWork } from './stage-work.ts';
import { writeStage } from './write-stage.ts';

/**
 * Runs one stage of one repository: reads batches, writes each, keeps its cursor in a heartbeat, and saves what the
 * next run starts from once all is written. It holds the stage's lease meanwhile, so no other run writes the stage.
 * @throws CancelledFailure with a `StageCursor` as its detail, at the end of a batch, when it's cancelled; a failure of
 *   type {@link NOT_PREPARED} with the same; one of type {@link LEASE_HELD} where another run is writing the stage.
 */
export function runStage(deps: ActivityDeps, name: Stage, input: StageInput): Promise<StageResult> {
  let work: StageWork | undefined;
  const run = async () => {
    using renewals = new DisposableStack();
    let lease: Lease | undefined;
    try {
      work = openStageWork(deps, name, input);
      assertPrepared(work);
      assertProgress(work.progress.attempt);
      lease = await acquireLease(deps, name, input);
      renewals.use(keepRenewed(deps, lease));
      return await runUnderLease(work, lease);
    } catch (error) {
      const failure = limitRetries(toActivityFailure(error, work?.progress), work?.progress.attempt ?? 0);
      // Where the lease is lost, the rest is for the new holder to record.
      if (work !== undefined && lease !== undefined && !(error instanceof LeaseLost)) {
        await recordFailedStage(work, lease, error, failure);
        await settleLease(deps, lease, failure);
      }
      throw failure;
    }
  };
  return withHeartbeat(run, () => work?.progress);
}

async function runUnderLease(work: StageWork, lease: Lease): Promise<StageResult> {
  const { deps, stage, input } = work;
  if (lease.since !== work.progress.since) work.progress = restartStage(stage, input, lease, work.progress);
  assertNothingLost(lease, work.progress, input);
  work.progress.writes = lease.writes;
  await recordStage(work, lease, 'running');
  const skipped = stage.describeSkipped(await writeStage(work, lease));
  await recordStage(work, lease, skipped === undefined ? 'completed' : 'incomplete', skipped);
  await deps.store.releaseLease(lease, true);
  return { rows: work.progress.rows, ...(skipped !== undefined && { incomplete: skipped }) };
}
