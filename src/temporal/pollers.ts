import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

/** A worker polls at least every minute. */
const MAX_POLL_AGE_MS = 90_000;

/**
 * Whether a worker polls the task queue for workflows.
 * @param host Machine or container that the worker must run on; absent: any.
 */
export async function hasWorker(client: Client, taskQueue: string, host?: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  // The SDK's default identity of a worker is <pid>@<host>.
  const matching = (pollers ?? []).filter(({ identity }) => host === undefined || identity?.endsWith(`@${host}`));
  return matching.some((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000 > Date.now() - MAX_POLL_AGE_MS);
}
