import { InvalidInput } from '../model/errors.ts';
import { INTERRUPTED } from '../processes/signals.ts';

/** Exit codes of the command. */
export const EXIT = {
  ok: 0,
  /** Some repository failed, or the run as a whole. */
  someFailed: 1,
  /** Anything wrong before work starts: options, paths, a missing token, a database that can't be reached. */
  invalid: 2,
  interrupted: INTERRUPTED,
} as const;

/** Waits for a step before work starts: whatever goes wrong there is exit code 2. */
export async function beforeWork<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw wrongBeforeWork(error);
  }
}

/** An error as one that means exit code 2. */
export function wrongBeforeWork(error: unknown): InvalidInput {
  return error instanceof InvalidInput ? error : new InvalidInput([reasonOf(error)]);
}

/** What an error says; of one that Temporal's client made (`Failed to start Workflow`) also the server's words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { details } = (error.cause ?? {}) as { details?: unknown };
  return error.name === 'ServiceError' && typeof details === 'string' && details !== '' ? `${error.message}: ${details}` : error.message;
}
