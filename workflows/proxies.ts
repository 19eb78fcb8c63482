import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../src/model/activities.ts';
import { clip } from '../src/model/clip.ts';

/** All activities heartbeat: one whose worker is gone is started elsewhere after this time. */
const HEARTBEAT_TIMEOUT = '20s';

/** How long a stage waits for a worker that has the repository prepared, before another one has to prepare it. */
const PREPARED_ELSEWHERE = '30s';

/** Bytes of a summary that Temporal takes by default (`limit.userMetadataSummarySize`). */
const SUMMARY_BYTES = 400;

const COMMON = {
  startToCloseTimeout: '1d',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;

const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** What the Web UI shows beside an activity or a workflow. */
export function summary(text: string): string {
  return clip(text, SUMMARY_BYTES);
}

/** Activities that any worker can do. */
export function activities(about: string): Activities {
  // Tries that are made before a failure that isn't known to be lasting is taken for one: about an hour.
  return proxyActivities<Activities>({ ...COMMON, retry: { ...RETRY, maximumAttempts: 60 }, summary: summary(about) });
}

/**
 * Activities that read a git folder, on the workers that have it. One that falls silent is started again from its last
 * cursor, and one that no such worker takes is given back. They count the tries that got nowhere themselves.
 */
export function stageActivities(taskQueue: string, about: string): Activities {
  return proxyActivities<Activities>({ ...COMMON, retry: RETRY, taskQueue, summary: summary(about), scheduleToStartTimeout: PREPARED_ELSEWHERE });
}
