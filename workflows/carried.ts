import { workflowInfo } from '@temporalio/workflow';
import { InvalidInput } from '../src/model/errors.ts';

/** Patch since which workflows of repositories continue as new: runs that began before it go on as they were. */
export const RENEWED_REPOSITORIES = 'repositories continue as new';

/** @throws InvalidInput where somebody else than an earlier run of the workflow says what was carried over. */
export function checkCarried(carried: unknown): void {
  if (carried !== undefined && workflowInfo().continuedFromExecutionRunId === undefined) throw new InvalidInput(['input: must be one object, not several']);
}
