import type { SyncRunRecord } from '../src/schema/sync-runs.ts';
import type { Lease } from '../src/stores/leases.ts';
import { workflowExecution } from './execution.ts';
import { describeOutcome, messageOf } from './failures.ts';
import type { StageWork } from './stage-work.ts';

/** Records the state of a stage's run in `sync_runs` and in the log. */
export async function recordStage(
  { deps, stage, input, progress }: StageWork,
  lease: Lease,
  status: SyncRunRecord['status'],
  error: string | null = null,
): Promise<void> {
  const { repository } = input;
  const execution = workflowExecution();
  const rows = Object.values(progress.rows).reduce((total, count) => total + count, 0);
  const reason = error === null ? {} : { reason: error };
  deps.logger[error === null ? 'info' : 'warn']({ ...execution, repository: repository.name, stage: stage.name, rows, ...reason }, `stage ${status}`);
  const times = { startedAt: new Date(progress.begun), endedAt: status === 'running' ? null : new Date() };
  await deps.store.recordRun({ ...execution, repoId: repository.id, stage: stage.name, ...times, rows, status, error }, lease);
}

/**
 * Records how a stage's run failed. Where that fails too it's only logged: what went wrong first has to be reported.
 * @param failure The failure of the activity.
 */
export async function recordFailedStage(work: StageWork, lease: Lease, error: unknown, failure: unknown): Promise<void> {
  const outcome = describeOutcome(error, failure);
  try {
    await recordStage(work, lease, outcome.status, outcome.error);
  } catch (unrecorded) {
    const { deps, stage, input } = work;
    deps.logger.warn({ reason: messageOf(unrecorded), stage: stage.name, repository: input.repository.name }, 'the failed run could not be recorded');
  }
}
