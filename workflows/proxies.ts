import { ActivityCancellationType, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../src/model/activities.ts';
import { clip } from '../src/model/clip.ts';

/** All activities heartbeat. Temporal starts one whose worker is gone elsewhere after this time. */
const HEARTBEAT_TIMEOUT = '20s';

/** How long a stage waits for a worker that has prepared the repository, before another worker has to prepare it. */
const PREPARED_WORKER_TIMEOUT = '30s';

/** About an hour with this backoff. */
const MAX_ATTEMPTS = 60;

/** Bytes of a summary that Temporal accepts by default (`limit.userMetadataSummarySize`). */
const MAX_SUMMARY_BYTES = 400;

const COMMON = {
  startToCloseTimeout: '1d',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;

const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** Clips the text that the Web UI shows beside an activity, a timer or a workflow. */
export function clipSummary(text: string): string {
  return clip(text, MAX_SUMMARY_BYTES);
}

/** Returns the activities that any worker can run. */
export function proxySharedActivities(summary: string): Activities {
  return proxyActivities<Activities>({ ...COMMON, retry: { ...RETRY, maximumAttempts: MAX_ATTEMPTS }, summary: clipSummary(summary) });
}

/**
 * Returns the activities that read a git folder, which run on the workers that have it. They limit their retries
 * themselves, because only attempts that made no progress count.
 */
export function proxyStageActivities(taskQueue: string, summary: string): Activities {
  return proxyActivities<Activities>({ ...COMMON, retry: RETRY, taskQueue, summary: clipSummary(summary), scheduleToStartTimeout: PREPARED_WORKER_TIMEOUT });
}
