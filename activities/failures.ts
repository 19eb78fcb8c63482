import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { NOT_PREPARED, RATE_LIMITED, type Wait, WORKER_STOPPED } from '../src/model/activities.ts';
import { MAX_MESSAGE_BYTES } from '../src/model/bounds.ts';
import { clip } from '../src/model/clip.ts';
import { FatalError, Interrupted, NotPrepared, RateLimited, RetryableError } from '../src/model/errors.ts';

/** Milliseconds at most that are waited beyond a limit's end, so that all who wait for it don't ask at the same moment. */
const SPREAD_MS = 2_000;

/**
 * Turns our errors into the ones that Temporal acts on: fatal ones end the activity, retryable ones say when to try
 * again. Everything else passes as it is, to be retried and seen.
 */
export function toFailure(error: unknown, left?: unknown): unknown {
  if (error instanceof Error && !(error instanceof TemporalFailure)) error.message = clip(error.message, MAX_MESSAGE_BYTES);
  if (error instanceof RateLimited) {
    // Waiting is the workflow's: a timer survives everything, and tells in the Web UI what goes on.
    const until = new Date(error.until.getTime() + Math.random() * SPREAD_MS);
    const wait: Wait = { until: until.toISOString(), reason: error.message };
    return ApplicationFailure.create({ message: error.message, type: RATE_LIMITED, nonRetryable: true, details: left === undefined ? [wait] : [wait, left] });
  }
  if (error instanceof NotPrepared) {
    return ApplicationFailure.create({ message: error.message, type: NOT_PREPARED, nonRetryable: true, details: left === undefined ? [] : [left] });
  }
  if (error instanceof FatalError) return ApplicationFailure.create({ message: error.message, type: error.name, nonRetryable: true });
  if (error instanceof RetryableError) {
    const wait = error.retryAt === undefined ? undefined : Math.max(0, error.retryAt.getTime() - Date.now());
    return ApplicationFailure.create({ message: error.message, type: error.name, ...(wait === undefined ? {} : { nextRetryDelay: wait }) });
  }
  return error;
}

/**
 * What an activity ends with when its work has thrown.
 * @param left What the next try goes on from, for whoever cancelled this one or has to wait.
 */
export function endOf(error: unknown, left?: unknown): unknown {
  const { cancellationSignal, cancellationDetails } = Context.current();
  if (!cancellationSignal.aborted) return toFailure(error, left);
  if (cancellationDetails?.workerShutdown === true) {
    // Nobody cancelled the work. And unlike a cancel, a failure takes the last heartbeat with it.
    return ApplicationFailure.create({ message: 'the worker was stopped', type: WORKER_STOPPED, nextRetryDelay: '1s' });
  }
  return new CancelledFailure('stopped where it can go on', left === undefined ? [] : [left]);
}

/**
 * How a run that has thrown is recorded. A run that was stopped from outside is cancelled, not failed.
 * @param failure What its activity ends with: one that isn't retried is the end of it, whatever it was.
 */
export function statusAfter(error: unknown, failure: unknown): { status: 'cancelled' | 'failed'; error: string | null } {
  const final = failure instanceof ApplicationFailure && failure.nonRetryable === true;
  // A terminal's signal may reach git before it has left the terminal's process group.
  const stopped = Context.current().cancellationSignal.aborted || (error instanceof Interrupted && !final);
  return stopped ? { status: 'cancelled', error: null } : { status: 'failed', error: messageOf(error) };
}

/** What went wrong, for a table. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
