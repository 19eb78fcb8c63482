import { ApplicationFailure } from '@temporalio/common';
import { FatalError, RetryableError } from '../src/model/errors.ts';

/**
 * Turns our errors into the ones that Temporal acts on: fatal ones end the activity, retryable ones say when to try
 * again. Everything else passes as it is, to be retried and seen.
 */
export function toFailure(error: unknown): unknown {
  if (error instanceof FatalError) return ApplicationFailure.create({ message: error.message, type: error.name, nonRetryable: true });
  if (error instanceof RetryableError) {
    const wait = error.retryAt === undefined ? undefined : Math.max(0, error.retryAt.getTime() - Date.now());
    return ApplicationFailure.create({ message: error.message, type: error.name, ...(wait === undefined ? {} : { nextRetryDelay: wait }) });
  }
  return error;
}

/** What went wrong, for a table. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
