import { type Client, defaultPayloadConverter, type WorkflowExecutionDescription } from '@temporalio/client';
import { type StageCursor, WORKER_STOPPED } from '../model/activities.ts';
import { Interrupted } from '../model/errors.ts';
import type { OrgSyncProgress } from '../model/progress.ts';

/** An activity that a repository's run is in. */
export interface RunningStage {
  repository: string;
  stage: string;
  /** Units of work ended and in all (commits, files); 0 of 0 while nobody knows. */
  done: number;
  total: number;
  /** Why it's being tried again, if it is. */
  trouble?: string;
}

/** How far a run is at a moment. */
export interface Snapshot {
  progress: OrgSyncProgress;
  stages: RunningStage[];
}

/** Repositories whose stages are looked at: as many as fit on a screen. */
const LOOKED_AT = 20;

/** Times in a row that git may be stopped without a word about it. */
const MANY_STOPS = 3;

/** Type of the failure of an activity whose git was stopped. */
const INTERRUPTED = new Interrupted('').name;

/** Of activities that aren't called as stages are. */
const NAMES: Record<string, string> = { prepareRepository: 'prepare', listRepositories: 'listing', currentDatabase: 'a look at the database' };

/** Asks a run how far it is; a part that has ended meanwhile is left out. */
export async function takeSnapshot(client: Client, workflowId: string): Promise<Snapshot> {
  const progress = await client.workflow.getHandle(workflowId).query<OrgSyncProgress>('progress');
  const running = progress.running.slice(0, LOOKED_AT);
  const stages = await Promise.all(running.map(({ repository, workflowId: child }) => stagesOf(client, repository, child)));
  // The run's own work is short, unless it's tried again and again.
  const own = (await stagesOf(client, 'repositories', workflowId)).filter(({ trouble }) => trouble !== undefined);
  return { progress, stages: [...own, ...stages.flat()] };
}

async function stagesOf(client: Client, repository: string, workflowId: string): Promise<RunningStage[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return (raw.pendingActivities ?? []).map((activity) => {
    const [payload] = activity.heartbeatDetails?.payloads ?? [];
    const at = payload === undefined ? undefined : defaultPayloadConverter.fromPayload<StageCursor>(payload);
    const type = activity.activityType?.name ?? '';
    const trouble = troubleOf(activity, at);
    return {
      repository,
      stage: NAMES[type] ?? type,
      done: at?.done ?? 0,
      total: at?.total ?? 0,
      ...(trouble === undefined ? {} : { trouble: `try ${activity.attempt}: ${trouble}` }),
    };
  });
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/**
 * Why an activity is being tried again; nothing once the attempt has got on, or where the last one was just stopped.
 * Something that stops it again and again is trouble.
 */
function troubleOf({ attempt, lastFailure }: PendingActivity, at: Partial<StageCursor> | undefined | null): string | undefined {
  const type = lastFailure?.applicationFailureInfo?.type;
  const failed = (attempt ?? 1) - 1 - (at?.attempt ?? 0);
  if (failed < 0 || type === WORKER_STOPPED || (type === INTERRUPTED && failed < MANY_STOPS)) return undefined;
  return lastFailure?.message ?? undefined;
}
