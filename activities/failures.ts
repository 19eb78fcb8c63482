import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { DAMAGED, NOT_PREPARED, RATE_LIMITED, type Wait, WORKER_STOPPED } from '../src/model/activities.ts';
import { MAX_MESSAGE_BYTES } from '../src/model/bounds.ts';
import { clip } from '../src/model/clip.ts';
import { DamagedFolder, FatalError, Interrupted, NotPrepared, RateLimited, RetryableError } from '../src/model/errors.ts';

/** Random delay after the end of a rate limit, in milliseconds, so that not everybody resumes at the same moment. */
const MAX_JITTER_MS = 2_000;

/**
 * Translates an error of ours to the failure that Temporal acts on: a fatal one ends the activity, a retryable one says
 * when to retry. Any other error is returned as it is, to be retried and seen.
 * @param error The error.
 * @param cursor Where the next attempt resumes; part of the failures that a workflow resumes from.
 */
export function toFailure(error: unknown, cursor?: unknown): unknown {
  if (error instanceof Error && !(error instanceof TemporalFailure)) error.message = clip(error.message, MAX_MESSAGE_BYTES);
  if (error instanceof RateLimited) {
    // The workflow waits: its timer survives a crash, and the Web UI shows it.
    const until = new Date(error.until.getTime() + Math.random() * MAX_JITTER_MS);
    const wait: Wait = { until: until.toISOString(), reason: error.message };
    return ApplicationFailure.create({
      message: error.message,
      type: RATE_LIMITED,
      nonRetryable: true,
      details: cursor === undefined ? [wait] : [wait, cursor],
    });
  }
  if (error instanceof NotPrepared || error instanceof DamagedFolder) {
    const type = error instanceof NotPrepared ? NOT_PREPARED : DAMAGED;
    return ApplicationFailure.create({ message: error.message, type, nonRetryable: true, details: cursor === undefined ? [] : [cursor] });
  }
  if (error instanceof FatalError) return ApplicationFailure.create({ message: error.message, type: error.name, nonRetryable: true });
  if (error instanceof RetryableError) {
    const delay = error.retryAt === undefined ? undefined : Math.max(0, error.retryAt.getTime() - Date.now());
    return ApplicationFailure.create({ message: error.message, type: error.name, ...(delay === undefined ? {} : { nextRetryDelay: delay }) });
  }
  return error;
}

/**
 * Maps a thrown error to the failure that Temporal records for the current activity.
 * @param error The error.
 * @param cursor Where the next attempt resumes; passed to the workflow that cancelled this one or has to wait.
 */
export function toActivityFailure(error: unknown, cursor?: unknown): unknown {
  const { cancellationSignal, cancellationDetails } = Context.current();
  if (!cancellationSignal.aborted) return toFailure(error, cursor);
  if (cancellationDetails?.workerShutdown === true) {
    // Nobody cancelled the work. Unlike a cancellation, a failure keeps the details of the last heartbeat.
    return ApplicationFailure.create({ message: 'the worker was stopped', type: WORKER_STOPPED, nextRetryDelay: '1s' });
  }
  return new CancelledFailure('stopped where it can resume', cursor === undefined ? [] : [cursor]);
}

/**
 * Returns how `sync_runs` records a run that failed. A run that was stopped from outside is cancelled, not failed.
 * @param error The error.
 * @param failure The failure of its activity; one that isn't retried is final, whatever its cause.
 */
export function describeOutcome(error: unknown, failure: unknown): { status: 'cancelled' | 'failed'; error: string | null } {
  const isFinal = failure instanceof ApplicationFailure && failure.nonRetryable === true;
  // A signal of the terminal may reach git before git has left the terminal's process group.
  const isStopped = Context.current().cancellationSignal.aborted || (error instanceof Interrupted && !isFinal);
  return isStopped ? { status: 'cancelled', error: null } : { status: 'failed', error: messageOf(error) };
}

/** Returns the message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
