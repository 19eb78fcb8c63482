import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

export { orgSync } from './org-sync.ts';
export { repoSync } from './repo-sync.ts';

/**
 * Takes workflow types that don't exist: without it a mistyped one would be tried for ever.
 * Temporal looks for a default export by that role, hence the exception from the rule against them.
 */
export default async function unknownWorkflowType(): Promise<never> {
  throw ApplicationFailure.create({
    message: `there is no workflow type '${workflowInfo().workflowType}'; use orgSync or repoSync`,
    type: 'UnknownWorkflowType',
    nonRetryable: true,
  });
}
