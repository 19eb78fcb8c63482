import { InvalidInput } from '../model/errors.ts';

/** Exit codes of the command. */
export const EXIT = {
  ok: 0,
  /** Some repository failed, or the run as a whole. */
  someFailed: 1,
  /** Anything wrong before work starts: options, paths, a missing token, a database that can't be reached. */
  invalid: 2,
  /** What shells give a command that Ctrl-C ended. */
  interrupted: 130,
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
  return error instanceof InvalidInput ? error : new InvalidInput([error instanceof Error ? error.message : String(error)]);
}
