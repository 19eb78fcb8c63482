import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowFailedError, type WorkflowHandle, WorkflowIdConflictPolicy } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, WorkflowNotFoundError } from '@temporalio/common';
import { clip } from '../model/clip.ts';
import { FatalError, InvalidInput } from '../model/errors.ts';
import type { OrgSyncInput } from '../model/input.ts';
import type { OrgSyncResult } from '../model/progress.ts';
import { isUnanswered } from '../temporal/unanswered.ts';
import type { ProgressView } from './progress-view.ts';
import { takeSnapshot } from './watch.ts';

const SHOW_EVERY_MS = 500;

/** A run that is under way. */
export interface OpenRun {
  runId: string;
  /** Task queue that its work is on. */
  taskQueue: string;
}

/** The run of a workflow id that is under way; undefined where there is none. */
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
 * Starts the run, or joins the one that is under way.
 * @returns The run, and whether it's `open`.
 * @throws FatalError where somebody else has started it on another task queue meanwhile: nobody here would do its work.
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
    throw new FatalError(`another command has just started this sync on task queue '${started.taskQueue}'; the same command again follows it there`);
  }
  return { handle, joined: firstExecutionRunId === open?.runId };
}

/**
 * Shows how far the run is until it has ended.
 * @throws InvalidInput or FatalError that says why it failed.
 */
export async function followRun(client: Client, handle: WorkflowHandle, view: ProgressView): Promise<OrgSyncResult> {
  let ended = false;
  const result = resultOf(handle).finally(() => {
    ended = true;
  });
  result.catch(() => undefined);
  let trouble = '';
  while (!ended) {
    const wait = setTimeout(SHOW_EVERY_MS, undefined, { ref: false });
    await Promise.race([result.catch(() => undefined), wait]);
    if (ended) break;
    try {
      view.show(await takeSnapshot(client, handle.workflowId));
      trouble = '';
    } catch (error) {
      // Not the run's trouble: the server may be restarting, the run about to end.
      const message = `(progress can't be shown right now: ${error instanceof Error ? error.message : String(error)})`;
      if (message !== trouble) view.note(message);
      trouble = message;
    }
  }
  try {
    return await result;
  } catch (error) {
    throw failureOfRun(error);
  }
}

/**
 * Waits for the result however long the server doesn't answer: a machine that was suspended, a server that stands still
 * or is started again says nothing about the run.
 */
async function resultOf(handle: WorkflowHandle): Promise<OrgSyncResult> {
  for (;;) {
    try {
      return (await handle.result()) as OrgSyncResult;
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      await setTimeout(SHOW_EVERY_MS, undefined, { ref: false });
    }
  }
}

/** The run itself has failed: it won't go on. */
class RunFailed extends FatalError {
  override name = 'RunFailed';
}

/** The same, as its input was wrong. */
class RunRefused extends InvalidInput {
  override name = 'RunRefused';
}

/** Whether an error says that a run has come to its end. */
export function hasEnded(error: unknown): boolean {
  return error instanceof RunFailed || error instanceof RunRefused;
}

function failureOfRun(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof CancelledFailure) return new RunFailed('the sync was cancelled; the same command goes on where it was');
  if (cause instanceof TerminatedFailure) return new RunFailed('the sync was terminated; the same command starts it again');
  if (cause instanceof ApplicationFailure && cause.type === 'InvalidInput') return new RunRefused([cause.message]);
  return new RunFailed(cause?.message ?? error.message);
}
