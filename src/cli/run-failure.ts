import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { FatalError, InvalidInput } from '../model/errors.ts';

/** The run has failed. */
class RunFailed extends FatalError {
  override name = 'RunFailed';
}

/** The run has failed because its input is invalid. */
class RunRefused extends InvalidInput {
  override name = 'RunRefused';
}

/** Whether an error means that the run has ended. */
export function isRunFailure(error: unknown): boolean {
  return error instanceof RunFailed || error instanceof RunRefused;
}

/** Converts the failure of a workflow to an error that says why the run failed. Returns any other error as it is. */
export function toRunFailure(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof CancelledFailure) return new RunFailed('the sync was canceled; run the same command again to resume');
  if (cause instanceof TerminatedFailure) return new RunFailed('the sync was terminated; run the same command again to resume');
  if (cause instanceof ApplicationFailure && cause.type === 'InvalidInput') return new RunRefused([cause.message]);
  return new RunFailed(cause?.message ?? error.message);
}
