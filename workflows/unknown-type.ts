import { ApplicationFailure, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';

/** Types of the workflows that are exported here. */
const WORKFLOW_TYPES = ['orgSync', 'repoSync'];

/** @throws ApplicationFailure for a workflow whose type doesn't exist: without it a mistyped one would be retried for ever. */
export async function refuseUnknownType(): Promise<never> {
  throw ApplicationFailure.create({
    message: `there is no workflow type '${workflowInfo().workflowType}'; use ${WORKFLOW_TYPES.join(' or ')}`,
    type: 'UnknownWorkflowType',
    nonRetryable: true,
  });
}

/** The SDK also finds what every object has, such as `toString`, and would run it as a workflow. */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [{ execute: async (input, next) => (WORKFLOW_TYPES.includes(workflowInfo().workflowType) ? next(input) : refuseUnknownType()) }],
});
