import { InvalidInput } from '../model/errors.ts';
import { INTERRUPTED } from '../processes/signals.ts';

/** Exit codes of the command. */
export const EXIT = {
  ok: 0,
  /** A repository failed, or the run as a whole. */
  someFailed: 1,
  /** Anything wrong before work starts: options, paths, a missing token, a database that can't be reached. */
  invalid: 2,
  interrupted: INTERRUPTED,
} as const;

/** Runs a step before work starts, in which every error means exit code 2. */
export async function runBeforeWork<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw toInvalidInput(error);
  }
}

/** Converts an error to one that means exit code 2. */
export function toInvalidInput(error: unknown): InvalidInput {
  return error instanceof InvalidInput ? error : new InvalidInput([describeError(error)]);
}

/** Returns the message of an error; for an error of Temporal's client (`Failed to start Workflow`) the server's message too. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { details } = (error.cause ?? {}) as { details?: unknown };
  return error.name === 'ServiceError' && typeof details === 'string' && details !== '' ? `${error.message}: ${details}` : error.message;
}
