import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { LEASE_HELD, NOT_PREPARED, OUTDATED, type Pin, RATE_LIMITED, type StageCursor, type StageInput, type Wait } from '../src/model/activities.ts';
import { FatalError, LeaseLost } from '../src/model/errors.ts';
import type { Stage } from '../src/model/stages.ts';
import type { StoredSyncState } from '../src/schema/sync-state.ts';
import { LEASE_MS, type Lease } from '../src/stores/leases.ts';
import type { ActivityDeps } from './deps.ts';
import { workflowExecution } from './execution.ts';
import { messageOf } from './failures.ts';

const RENEWAL_MS = 10_000;

/**
 * Acquires the lease of a stage for the run of the current activity.
 * @throws ApplicationFailure of type {@link LEASE_HELD} if another run holds it; the workflow waits.
 */
export async function acquireLease({ store }: ActivityDeps, stage: Stage, { repository, firstRunId }: StageInput): Promise<Lease> {
  const { workflowId, runId } = workflowExecution();
  const outcome = await store.acquireLease(repository.id, stage, `${workflowId}/${firstRunId ?? runId}`);
  if ('token' in outcome) return outcome;
  const { holder, remainingMs } = outcome;
  const reason = `${stage} of ${repository.name} is being written by another run, ${holder}`;
  const wait: Wait = { until: new Date(Date.now() + Math.max(0, remainingMs)).toISOString(), reason, holder };
  throw ApplicationFailure.create({ message: reason, type: LEASE_HELD, nonRetryable: true, details: [wait] });
}

/**
 * Checks that the database has every batch up to the run's cursor.
 * @throws FatalError if it has fewer; the next sync reads what is missing.
 */
export function assertNothingLost({ stage, writes }: Lease, progress: StageCursor, { repository }: StageInput): void {
  if (writes >= (progress.writes ?? 0)) return;
  throw new FatalError(
    `the database has ${writes} of the ${progress.writes} batches that this run wrote for ${stage} of ${repository.name}: it was restored from a backup, or lost its last writes; start the sync again`,
  );
}

/** Renews a lease until the result is disposed of. */
export function keepRenewed({ store, logger }: ActivityDeps, lease: Lease): Disposable {
  let renewing = false;
  const timer = setInterval(async () => {
    if (renewing) return;
    renewing = true;
    try {
      await store.renewLease(lease);
    } catch (error) {
      // If the lease is lost or the database can't be reached, the next write fails.
      logger.warn({ reason: messageOf(error), repository: lease.repoId, stage: lease.stage }, 'the lease could not be renewed');
    } finally {
      renewing = false;
    }
  }, RENEWAL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * Checks that a stage won't replace rows of another run with older ones.
 * @throws ApplicationFailure of type {@link OUTDATED} if another run has saved the stage since the repository was pinned.
 */
export function assertPinCurrent({ tokens }: Pin, saved: StoredSyncState | null, { stage, since }: Lease): void {
  if (tokens === undefined || saved === null || saved.token === tokens[stage] || saved.token >= since) return;
  throw ApplicationFailure.create({
    message: `another run has synced ${stage} of this repository since it was prepared`,
    type: OUTDATED,
    nonRetryable: true,
  });
}

/**
 * Releases the lease of a stage that didn't complete, unless its run resumes soon: it can resume from its cursor only if no
 * other run writes in between.
 * @param failure The failure of the activity.
 */
export async function settleLease({ store, logger }: ActivityDeps, lease: Lease, failure: unknown): Promise<void> {
  try {
    const wait = failure instanceof ApplicationFailure && failure.type === RATE_LIMITED ? (failure.details?.[0] as Wait) : undefined;
    if (wait !== undefined) await store.renewLease(lease, Date.parse(wait.until) - Date.now() + LEASE_MS);
    else if (releasesLease(failure)) await store.releaseLease(lease, false);
  } catch (error) {
    if (error instanceof LeaseLost) return;
    // It expires by itself.
    logger.warn({ reason: messageOf(error), repository: lease.repoId, stage: lease.stage }, 'the lease could not be released');
  }
}

function releasesLease(failure: unknown): boolean {
  if (failure instanceof CancelledFailure) return Context.current().cancellationDetails?.workerShutdown !== true;
  return failure instanceof ApplicationFailure && failure.nonRetryable === true && failure.type !== NOT_PREPARED;
}
