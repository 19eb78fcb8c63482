import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

/** Tries in a row that may get nowhere before a failure that isn't known to be lasting is taken for one: about an hour. */
const MOST_TRIES = 60;

/** Seconds before the next try, at most. */
const LONGEST_PAUSE = 60;

/**
 * Ends a try of an activity by how many in a row got nowhere, not by how many there were: long work on a bad line,
 * which gets on between its failures, neither waits longer each time nor is given up.
 * @param failure What the try would end with.
 * @param reached The last try of the activity that got on; 0 where none did.
 * @returns What it ends with.
 */
export function endOfTry(failure: unknown, reached: number): unknown {
  if (failure instanceof CancelledFailure || (failure instanceof ApplicationFailure && failure.nonRetryable === true)) return failure;
  const inVain = activityInfo().attempt - reached;
  if (inVain >= MOST_TRIES) return ApplicationFailure.fromError(failure, { nonRetryable: true });
  const asked = failure instanceof ApplicationFailure ? failure.nextRetryDelay : undefined;
  return ApplicationFailure.fromError(failure, { nextRetryDelay: asked ?? `${Math.min(2 ** Math.max(0, inVain - 1), LONGEST_PAUSE)}s` });
}

/**
 * To be asked as a try begins: those before it may have ended without a word.
 * @throws ApplicationFailure where too many got nowhere.
 */
export function checkTries(reached: number): void {
  const inVain = activityInfo().attempt - 1 - reached;
  if (inVain < MOST_TRIES) return;
  throw ApplicationFailure.create({
    message: `${inVain} tries in a row got nowhere, and the last one's worker was gone before it could say why; see the workers' logs, and whether they have enough memory`,
    type: 'NoProgress',
    nonRetryable: true,
  });
}
