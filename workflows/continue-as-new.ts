import { workflowInfo } from '@temporalio/workflow';
import { InvalidInput } from '../src/model/errors.ts';
import { checked } from './failures.ts';

/** Patch since which workflows of repositories continue as new: runs that began before it go on as they were. */
export const RENEWED_REPOSITORIES = 'repositories continue as new';

/**
 * The input of a workflow, and of the runs that it continues as.
 * @throws ApplicationFailure of type InvalidInput, also where somebody else than an earlier run says what was carried over.
 */
export function inputOf<Input>(parse: (raw: unknown) => Input, raw: unknown, carried: unknown): Input {
  return checked(() => {
    if (carried !== undefined && workflowInfo().continuedFromExecutionRunId === undefined) throw new InvalidInput(['input: must be one object, not several']);
    return parse(raw);
  });
}
