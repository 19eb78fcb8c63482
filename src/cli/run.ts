import { setTimeout } from 'node:timers/promises';
import { type Client, type WorkflowHandle, WorkflowIdConflictPolicy } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { clip } from '../model/clip.ts';
import { FatalError } from '../model/errors.ts';
import type { OrgSyncInput } from '../model/input.ts';
import type { OrgSyncResult } from '../model/progress.ts';
import { isUnanswered } from '../temporal/is-unanswered.ts';
import type { ProgressView } from './progress-view.ts';
import { toRunFailure } from './run-failure.ts';
import { takeSnapshot } from './watch.ts';

const SHOW_EVERY_MS = 500;

/** A run that has not ended. */
export interface OpenRun {
  runId: string;
  /** Task queue of its workflows. */
  taskQueue: string;
}

/** Returns the open run of a workflow id; undefined if there is none. */
export async function findOpenRun(client: Client, workflowId: string): Promise<OpenRun | undefined> {
  try {
    const { status, runId, taskQueue } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? { runId, taskQueue } : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/**
 * Starts a run, or joins the open one.
 * @returns The run, and whether it is `open`.
 * @throws FatalError if another command has just started it on another task queue, which the worker of this command doesn't poll.
 */
export async function startRun(
  client: Client,
  workflowId: string,
  taskQueue: string,
  input: OrgSyncInput,
  open?: OpenRun,
): Promise<{ handle: WorkflowHandle; joined: boolean }> {
  const { firstExecutionRunId } = await client.workflow.start('orgSync', {
    workflowId,
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: clip(`${input.provider}: ${input.owner ?? (input.paths ?? []).join(', ')}`, 400),
  });
  const handle = client.workflow.getHandle(workflowId, firstExecutionRunId);
  const started = await handle.describe();
  if (started.taskQueue !== taskQueue) {
    throw new FatalError(`another command has just started this sync on task queue '${started.taskQueue}'; run the same command again to follow it there`);
  }
  return { handle, joined: firstExecutionRunId === open?.runId };
}

/**
 * Shows the progress of a run until it has ended.
 * @throws InvalidInput or FatalError with the reason if the run fails.
 */
export async function followRun(client: Client, handle: WorkflowHandle, view: ProgressView): Promise<OrgSyncResult> {
  let ended = false;
  const result = waitForResult(handle).finally(() => {
    ended = true;
  });
  result.catch(() => undefined);
  let lastError = '';
  while (!ended) {
    const wait = setTimeout(SHOW_EVERY_MS, undefined, { ref: false });
    await Promise.race([result.catch(() => undefined), wait]);
    if (ended) break;
    try {
      view.show(await takeSnapshot(client, handle.workflowId));
      lastError = '';
    } catch (error) {
      // The run itself may be fine: the server may be restarting, or the run about to end.
      const message = `(can't show the progress at the moment: ${error instanceof Error ? error.message : String(error)})`;
      if (message !== lastError) view.note(message);
      lastError = message;
    }
  }
  try {
    return await result;
  } catch (error) {
    throw toRunFailure(error);
  }
}

/**
 * Waits for the result, however long the server doesn't answer. A suspended machine or a server that is restarted says
 * nothing about the run.
 */
async function waitForResult(handle: WorkflowHandle): Promise<OrgSyncResult> {
  for (;;) {
    try {
      return (await handle.result()) as OrgSyncResult;
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      await setTimeout(SHOW_EVERY_MS, undefined, { ref: false });
    }
  }
}
