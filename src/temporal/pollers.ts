import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

/** A worker asks for work anew every minute; one that hasn't for longer is gone. */
const ALIVE_MS = 90_000;

/**
 * Whether some worker takes workflows from the queue.
 * @param host Machine (or container) that the worker has to run on; any will do where it's absent.
 */
export async function hasWorker(client: Client, taskQueue: string, host?: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  // The SDK's workers call themselves <pid>@<host>.
  const there = (pollers ?? []).filter(({ identity }) => host === undefined || identity?.endsWith(`@${host}`));
  return there.some((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000 > Date.now() - ALIVE_MS);
}
