import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Client, defaultPayloadConverter, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { StageCursor } from '../../src/model/activities.ts';
import type { OrgSyncInput } from '../../src/model/input.ts';
import type { OrgSyncProgress, OrgSyncResult } from '../../src/model/progress.ts';
import type { Stage } from '../../src/model/stages.ts';

type Where = { client: Client; taskQueue: string };
export type Run = WorkflowHandleWithFirstExecutionRunId<(input: OrgSyncInput) => Promise<OrgSyncResult>>;

/** Starts `orgSync` for local paths. */
export const startRun = (where: Where, paths: string[], options: Partial<OrgSyncInput> = {}): Promise<Run> =>
  start(where, { provider: 'local', paths, ...options });

/** Starts `orgSync` for an owner at GitHub. */
export const startGitHubRun = (where: Where, owner: string, options: Partial<OrgSyncInput> = {}): Promise<Run> =>
  start(where, { provider: 'github', owner, ...options });

/** Starts `orgSync` for an owner at GitLab. */
export const startGitLabRun = (where: Where, owner: string, options: Partial<OrgSyncInput> = {}): Promise<Run> =>
  start(where, { provider: 'gitlab', owner, ...options });

function start({ client, taskQueue }: Where, input: OrgSyncInput): Promise<Run> {
  return client.workflow.start<(input: OrgSyncInput) => Promise<OrgSyncResult>>('orgSync', {
    taskQueue,
    workflowId: `org-sync/${input.provider}/${randomUUID()}`,
    args: [input],
  });
}

export const progressOf = (run: Pick<Run, 'query'>): Promise<OrgSyncProgress> => run.query<OrgSyncProgress>('progress');

/** An activity that a workflow waits for, as the server knows it. */
export interface PendingActivity {
  workflowId: string;
  type: string;
  attempt: number;
  /** Whether a worker has it at the moment. */
  started: boolean;
  /** Whether it was asked to stop. */
  asked: boolean;
  cursor: StageCursor | undefined;
}

/** Activities that the repositories of a run are in. */
export async function pendingActivities(client: Client, run: Run): Promise<PendingActivity[]> {
  const { running } = await progressOf(run);
  const described = await Promise.all(running.map(({ workflowId }) => client.workflow.getHandle(workflowId).describe()));
  return described.flatMap(({ workflowId, raw }) =>
    (raw.pendingActivities ?? []).map((activity) => {
      const [payload] = activity.heartbeatDetails?.payloads ?? [];
      return {
        workflowId,
        type: activity.activityType?.name ?? '',
        attempt: activity.attempt ?? 0,
        started: activity.state === 2,
        asked: activity.state === 3,
        cursor: payload === undefined ? undefined : (defaultPayloadConverter.fromPayload<StageCursor | null>(payload) ?? undefined),
      };
    }),
  );
}

/** Waits until a stage of a run is in the middle of its work, as the server knows it. */
export function middleOf(client: Client, run: Run, stage: Stage): Promise<PendingActivity & { cursor: StageCursor }> {
  return until(`${stage} is in the middle`, async () => {
    const activity = (await pendingActivities(client, run)).find(({ type }) => type === stage);
    const { cursor } = activity ?? {};
    return activity !== undefined && cursor !== undefined && cursor.done > 0 && cursor.done < cursor.total ? { ...activity, cursor } : undefined;
  });
}

/** Asks again and again until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false, seconds = 300): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await setTimeout(50);
  }
}
