import { activityInfo } from '@temporalio/activity';
import { FatalError } from '../src/model/errors.ts';

/** Returns the workflow run of the current activity. */
export function workflowExecution(): { workflowId: string; runId: string } {
  const { workflowExecution: execution } = activityInfo();
  if (execution === undefined) throw new FatalError('this activity was started outside a workflow; start the repoSync workflow instead');
  return execution;
}
