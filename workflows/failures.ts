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
import { MAX_MESSAGE_BYTES } from '../src/model/bounds.ts';
import { clip } from '../src/model/clip.ts';
import { InvalidInput } from '../src/model/errors.ts';
import type { RowCounts } from '../src/model/progress.ts';

/** Runs a check of a workflow's input; what is wrong ends the workflow at once, instead of being tried for ever. */
export function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof InvalidInput)
      throw ApplicationFailure.create({ message: clip(error.message, MAX_MESSAGE_BYTES), type: 'InvalidInput', nonRetryable: true });
    throw error;
  }
}

/** What really went wrong, without the layers that Temporal wraps around it. */
export function rootCause(error: unknown): unknown {
  let cause = error;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause !== undefined) cause = cause.cause;
  return cause;
}

/** Why a repository failed, in words for a table. */
export function reasonOf(error: unknown): string {
  const cause = rootCause(error);
  if (cause instanceof TerminatedFailure) return 'its workflow was terminated';
  if (cause instanceof CancelledFailure) return 'its workflow was cancelled';
  return cause instanceof Error ? cause.message : String(cause);
}

/** Ends a workflow with the real message, which the Web UI shows first. */
export function unwrapped(error: unknown): unknown {
  if (isUnheardStop(error)) return new CancelledFailure('cancelled', [], error);
  const cause = rootCause(error);
  if (cause instanceof ApplicationFailure || !(error instanceof TemporalFailure)) return cause;
  return error;
}

/** Where an activity that didn't come to its end had got to. */
export function cursorLeftBy(error: unknown): StageCursor | undefined {
  const cause = rootCause(error);
  if (cause instanceof CancelledFailure) {
    const [left] = cause.details as [StageCursor | string | undefined];
    // Of one that no worker has begun Temporal itself says why.
    return typeof left === 'object' ? left : undefined;
  }
  if (isOf(cause, NOT_PREPARED) || isOf(cause, DAMAGED)) return cause.details?.[0] as StageCursor | undefined;
  if (isOf(cause, RATE_LIMITED)) return cause.details?.[1] as StageCursor | undefined;
  if (cause instanceof TimeoutFailure) return cause.lastHeartbeatDetails as StageCursor | undefined;
  return undefined;
}

/** Whether an activity failed that would be tried again, if it hadn't been asked to stop before it heard of that. */
export function isUnheardStop(error: unknown): error is ActivityFailure {
  const cause = rootCause(error);
  if (!(error instanceof ActivityFailure) || error.retryState !== RetryState.CANCEL_REQUESTED) return false;
  return !(cause instanceof ApplicationFailure && cause.nonRetryable === true);
}

/** Whether preparing the repository again, on whichever worker answers, lets the stage go on. */
export function needsPreparing(error: unknown): boolean {
  const cause = rootCause(error);
  if (cause instanceof TimeoutFailure) return cause.timeoutType === TimeoutType.SCHEDULE_TO_START;
  return isOf(cause, NOT_PREPARED) || isOf(cause, DAMAGED) || isOf(cause, OUTDATED);
}

/** Whether a worker refused a stage because it hasn't prepared the repository. */
export function isNotPrepared(error: unknown): boolean {
  return isOf(rootCause(error), NOT_PREPARED);
}

/** Whether a stage found its clone damaged. */
export function isDamaged(error: unknown): boolean {
  return isOf(rootCause(error), DAMAGED);
}

/** Whether a token was refused, with which all other repositories would be asked too. */
export function isBadToken(error: unknown): boolean {
  return isOf(rootCause(error), BAD_TOKEN);
}

/** Rows of a repository that was stored but for some items; undefined for every other failure. */
export function rowsOfIncomplete(error: unknown): RowCounts | undefined {
  const cause = rootCause(error);
  return isOf(cause, INCOMPLETE) ? (cause.details?.[0] as RowCounts) : undefined;
}

/** How long an activity has to wait for a service, or for another run that writes its stage; undefined for every other failure. */
export function waitAskedBy(error: unknown): Wait | undefined {
  const cause = rootCause(error);
  return isOf(cause, RATE_LIMITED) || isOf(cause, LEASE_HELD) ? (cause.details?.[0] as Wait) : undefined;
}

function isOf(cause: unknown, type: string): cause is ApplicationFailure {
  return cause instanceof ApplicationFailure && cause.type === type;
}
