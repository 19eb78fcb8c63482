import { activityInfo } from '@temporalio/activity';
import { FatalError } from '../src/model/errors.ts';

/** The run of the workflow that the current activity belongs to. */
export function workflowExecution(): { workflowId: string; runId: string } {
  const { workflowExecution: execution } = activityInfo();
  if (execution === undefined) throw new FatalError('this activity has to be started by the repoSync workflow');
  return execution;
}
