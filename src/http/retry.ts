import pRetry from 'p-retry';
import { RetryableError } from '../model/errors.ts';
import { TooMuch } from './errors.ts';

/** How a request that failed in passing is repeated. */
export interface RetryOptions {
  /** Repetitions at most, after the first attempt. */
  retries: number;
  /** Milliseconds before the first repetition at least; each further wait is twice as long. A random part of up to as much again is added. */
  firstWait: number;
}

/** At most four seconds of waiting in all: whatever takes longer is left to the activity, which keeps what has been read. */
export const RETRIES: RetryOptions = { retries: 3, firstWait: 300 };

/**
 * Repeats a request that failed in passing. Limits are not waited for here, nor is a time that the service named: the
 * workflow does that with a timer.
 * @param request Sends the request once. It must be safe to send more than once.
 * @throws The last failure, or the signal's reason once it is aborted.
 */
export function withRetries<T>(request: () => Promise<T>, { retries, firstWait }: RetryOptions, signal?: AbortSignal): Promise<T> {
  return pRetry(request, {
    retries,
    minTimeout: firstWait,
    randomize: true,
    shouldRetry: ({ error }) => isPassing(error),
    ...(signal && { signal }),
  });
}

function isPassing(error: Error): boolean {
  // A query that took too long is asked for less instead.
  return error instanceof RetryableError && error.retryAt === undefined && !(error instanceof TooMuch);
}
