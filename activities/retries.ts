import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

/** Attempts in a row without progress after which a failure counts as permanent: about an hour. */
const MAX_FRUITLESS_ATTEMPTS = 60;

/** Seconds before the next attempt, at most. */
const MAX_BACKOFF_SECONDS = 60;

/**
 * Sets the backoff of a failed attempt by the number of attempts in a row that made no progress, not by the number of
 * all attempts: long work over an unreliable connection, which progresses between failures, neither waits longer each
 * time nor is given up.
 * @param failure The failure of the attempt.
 * @param lastProgress Number of the last attempt that made progress; 0 if none did.
 * @returns The failure to end the attempt with.
 */
export function limitRetries(failure: unknown, lastProgress: number): unknown {
  if (failure instanceof CancelledFailure || (failure instanceof ApplicationFailure && failure.nonRetryable === true)) return failure;
  const fruitless = activityInfo().attempt - lastProgress;
  if (fruitless >= MAX_FRUITLESS_ATTEMPTS) return ApplicationFailure.fromError(failure, { nonRetryable: true });
  const requested = failure instanceof ApplicationFailure ? failure.nextRetryDelay : undefined;
  return ApplicationFailure.fromError(failure, { nextRetryDelay: requested ?? `${Math.min(2 ** Math.max(0, fruitless - 1), MAX_BACKOFF_SECONDS)}s` });
}

/**
 * Ends an attempt at its start if too many before it made no progress. A worker that was killed can't report that itself.
 * @param lastProgress Number of the last attempt that made progress; 0 if none did.
 * @throws ApplicationFailure of type `NoProgress`.
 */
export function assertProgress(lastProgress: number): void {
  const fruitless = activityInfo().attempt - 1 - lastProgress;
  if (fruitless < MAX_FRUITLESS_ATTEMPTS) return;
  throw ApplicationFailure.create({
    message: `${fruitless} attempts in a row made no progress, and the worker of the last one ended without reporting a failure; check the workers' logs and their memory limits`,
    type: 'NoProgress',
    nonRetryable: true,
  });
}
