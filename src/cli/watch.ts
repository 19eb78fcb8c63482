import { type Client, defaultPayloadConverter, type WorkflowExecutionDescription } from '@temporalio/client';
import { type StageCursor, WORKER_STOPPED } from '../model/activities.ts';
import { Interrupted } from '../model/errors.ts';
import type { OrgSyncProgress } from '../model/progress.ts';

/** An activity of a repository that is being synced. */
export interface RunningStage {
  repository: string;
  stage: string;
  /** Completed and total units of work (commits, files); 0 of 0 while unknown. */
  done: number;
  total: number;
  /** Why it is being retried, if it is. */
  error?: string;
}

/** Progress of a run at one moment. */
export interface Snapshot {
  progress: OrgSyncProgress;
  stages: RunningStage[];
}

/** Repositories whose stages are shown: as many as fit on a screen. */
const MAX_SHOWN = 20;

/** Times in a row that git may be stopped before this is shown as an error. */
const MAX_SILENT_STOPS = 3;

/** Type of the failure of an activity whose git was stopped. */
const INTERRUPTED = new Interrupted('').name;

/** Shown names of activities that are no stages. */
const STEP_NAMES: Record<string, string> = { prepareRepository: 'prepare', listRepositories: 'listing', currentDatabase: 'database check' };

/** Queries the progress of a run, and the pending activities of its repositories. */
export async function takeSnapshot(client: Client, workflowId: string): Promise<Snapshot> {
  const progress = await client.workflow.getHandle(workflowId).query<OrgSyncProgress>('progress');
  const running = progress.running.slice(0, MAX_SHOWN);
  const stages = await Promise.all(running.map(({ repository, workflowId: child }) => listStages(client, repository, child)));
  // Activities of the run itself are short, unless they are retried.
  const own = (await listStages(client, 'repositories', workflowId)).filter(({ error }) => error !== undefined);
  return { progress, stages: [...own, ...stages.flat()] };
}

async function listStages(client: Client, repository: string, workflowId: string): Promise<RunningStage[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return (raw.pendingActivities ?? []).map((activity) => {
    const [payload] = activity.heartbeatDetails?.payloads ?? [];
    const at = payload === undefined ? undefined : defaultPayloadConverter.fromPayload<StageCursor>(payload);
    const type = activity.activityType?.name ?? '';
    const error = findRetryReason(activity, at);
    return {
      repository,
      stage: STEP_NAMES[type] ?? type,
      done: at?.done ?? 0,
      total: at?.total ?? 0,
      ...(error === undefined ? {} : { error: `attempt ${activity.attempt}: ${error}` }),
    };
  });
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/**
 * Returns why an activity is being retried; undefined once the present attempt has made progress, and if the last one was
 * only stopped. Being stopped again and again counts as an error.
 */
function findRetryReason({ attempt, lastFailure }: PendingActivity, at: Partial<StageCursor> | undefined | null): string | undefined {
  const type = lastFailure?.applicationFailureInfo?.type;
  const failed = (attempt ?? 1) - 1 - (at?.attempt ?? 0);
  if (failed < 0 || type === WORKER_STOPPED || (type === INTERRUPTED && failed < MAX_SILENT_STOPS)) return undefined;
  return lastFailure?.message ?? undefined;
}
