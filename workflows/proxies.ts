import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../src/model/activities.ts';

/** Tries that are made before a failure that isn't known to be lasting is taken for one: about an hour. */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', maximumAttempts: 60 } as const;

/** Activities that any worker can do, and that end soon. */
export const { listRepositories, prepareRepository } = proxyActivities<Activities>({
  startToCloseTimeout: '30m',
  retry: RETRY,
});

/**
 * Activities that read a git folder, on the workers that have it. They heartbeat: one that falls silent is started
 * again from its last cursor, and one that no such worker takes is given back.
 */
export function stageActivities(taskQueue: string, summary: string): Activities {
  return proxyActivities<Activities>({
    taskQueue,
    summary,
    startToCloseTimeout: '1d',
    heartbeatTimeout: '30s',
    scheduleToStartTimeout: '2m',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: RETRY,
  });
}
