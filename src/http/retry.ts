import pRetry from 'p-retry';
import { RetryableError } from '../model/errors.ts';
import { TooMuch } from './errors.ts';

/** How transient failures are retried. */
export interface RetryOptions {
  /** Maximum number of retries after the first attempt. */
  retries: number;
  /** Minimum milliseconds before the first retry; each further wait doubles. Up to the same amount is added at random. */
  firstWait: number;
}

/** At most four seconds of waiting in total: longer outages are left to the activity, which keeps what has been read. */
export const RETRIES: RetryOptions = { retries: 3, firstWait: 300 };

/**
 * Retries a request after a transient failure. It waits neither for rate limits nor until a time that the service named:
 * the workflow does that with a timer.
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
  // A query that was too expensive is made smaller instead.
  return error instanceof RetryableError && error.retryAt === undefined && !(error instanceof TooMuch);
}
