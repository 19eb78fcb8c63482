import { RetryState, TimeoutType } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { BAD_TOKEN, DAMAGED, INCOMPLETE, LEASE_HELD, NOT_PREPARED, OUTDATED, RATE_LIMITED, type StageCursor, type Wait } from '../src/model/activities.ts';
import type { RowCounts } from '../src/model/progress.ts';

/** Returns the original error, without the failures that Temporal wraps around it. */
export function unwrapCause(error: unknown): unknown {
  let cause = error;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause !== undefined) cause = cause.cause;
  return cause;
}

/** Says why a repository failed, for a table. */
export function describeFailure(error: unknown): string {
  const cause = unwrapCause(error);
  if (cause instanceof TerminatedFailure) return 'its workflow was terminated';
  if (cause instanceof CancelledFailure) return 'its workflow was canceled';
  return cause instanceof Error ? cause.message : String(cause);
}

/** Returns the error to end a workflow with: the original one where possible, as the Web UI shows its message first. */
export function toWorkflowFailure(error: unknown): unknown {
  if (failedBeforeCancelDelivered(error)) return new CancelledFailure('cancelled', [], error);
  const cause = unwrapCause(error);
  if (cause instanceof ApplicationFailure || !(error instanceof TemporalFailure)) return cause;
  return error;
}

/** Returns the cursor of an activity that didn't complete; undefined if it left none. */
export function readCursor(error: unknown): StageCursor | undefined {
  const cause = unwrapCause(error);
  if (cause instanceof CancelledFailure) {
    const [cursor] = cause.details as [StageCursor | string | undefined];
    // The detail is a text of Temporal's if no worker has started the activity.
    return typeof cursor === 'object' ? cursor : undefined;
  }
  if (hasType(cause, NOT_PREPARED) || hasType(cause, DAMAGED)) return cause.details?.[0] as StageCursor | undefined;
  if (hasType(cause, RATE_LIMITED)) return cause.details?.[1] as StageCursor | undefined;
  if (cause instanceof TimeoutFailure) return cause.lastHeartbeatDetails as StageCursor | undefined;
  return undefined;
}

/** Whether an activity failed before it received the request to cancel it. Temporal doesn't retry such an activity. */
export function failedBeforeCancelDelivered(error: unknown): error is ActivityFailure {
  const cause = unwrapCause(error);
  if (!(error instanceof ActivityFailure) || error.retryState !== RetryState.CANCEL_REQUESTED) return false;
  return !(cause instanceof ApplicationFailure && cause.nonRetryable === true);
}

/** Whether the stage can resume once any worker has prepared the repository again. */
export function requiresPrepare(error: unknown): boolean {
  const cause = unwrapCause(error);
  if (cause instanceof TimeoutFailure) return cause.timeoutType === TimeoutType.SCHEDULE_TO_START;
  return hasType(cause, NOT_PREPARED) || hasType(cause, DAMAGED) || hasType(cause, OUTDATED);
}

/** Whether a worker refused a stage because it hasn't prepared the repository. */
export function isNotPrepared(error: unknown): boolean {
  return hasType(unwrapCause(error), NOT_PREPARED);
}

/** Whether a stage found its clone damaged. */
export function isDamaged(error: unknown): boolean {
  return hasType(unwrapCause(error), DAMAGED);
}

/** Whether the host refused the token, which all other repositories use too. */
export function isBadToken(error: unknown): boolean {
  return hasType(unwrapCause(error), BAD_TOKEN);
}

/** Returns the rows of a repository that was stored except for some items; undefined for every other failure. */
export function readIncompleteRows(error: unknown): RowCounts | undefined {
  const cause = unwrapCause(error);
  return hasType(cause, INCOMPLETE) ? (cause.details?.[0] as RowCounts) : undefined;
}

/** Returns how long an activity has to wait for a rate limit or a lease; undefined for every other failure. */
export function readWait(error: unknown): Wait | undefined {
  const cause = unwrapCause(error);
  return hasType(cause, RATE_LIMITED) || hasType(cause, LEASE_HELD) ? (cause.details?.[0] as Wait) : undefined;
}

function hasType(cause: unknown, type: string): cause is ApplicationFailure {
  return cause instanceof ApplicationFailure && cause.type === type;
}
