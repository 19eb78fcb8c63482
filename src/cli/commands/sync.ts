import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowFailedError, type WorkflowHandle, WorkflowIdConflictPolicy } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, WorkflowNotFoundError } from '@temporalio/common';
import type { Command } from 'commander';
import { type Config, loadConfig } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { clip } from '../../model/clip.ts';
import { FatalError, InvalidInput } from '../../model/errors.ts';
import { type OrgSyncInput, parseOrgSyncInput } from '../../model/input.ts';
import type { OrgSyncResult } from '../../model/progress.ts';
import { orderedStages } from '../../model/stages.ts';
import { orgSyncWorkflowId } from '../../model/workflow-ids.ts';
import { checkPaths } from '../../sources/local/list.ts';
import { localOwner } from '../../sources/local/owner.ts';
import { openStore } from '../../stores/open.ts';
import { connectClient } from '../../temporal/connection.ts';
import { hasWorker } from '../../temporal/pollers.ts';
import { installRuntime } from '../../temporal/runtime.ts';
import { EXIT } from '../exit.ts';
import { onInterrupt } from '../interrupt.ts';
import { addSyncOptions, addWorkerOptions, inputFrom, type SyncFlags, type WorkerFlags } from '../options.ts';
import { type ProgressView, progressView } from '../progress-view.ts';
import { report } from '../report.ts';
import { grantsOf, openServer, type RunningWorker, startWorker } from '../session.ts';
import { takeSnapshot } from '../watch.ts';

const SHOW_EVERY_MS = 500;

/** `org-sync sync local <path…>` */
export function addSyncCommand(program: Command): void {
  const sync = program.command('sync').description('run one sync to its end');
  const local = sync.command('local').description('sync repositories on this machine').argument('<path...>', 'repositories, or folders that contain some');
  addWorkerOptions(addSyncOptions(local)).action(async (paths: string[], flags: SyncFlags & WorkerFlags) => {
    const config = loadConfig({ db: flags.db });
    const input = parseOrgSyncInput(inputFrom(flags, { provider: 'local', paths }));
    const checked = { ...input, paths: await checkPaths(paths) };
    process.exitCode = await runSync(config, checked, flags.taskQueue);
  });
}

/** Starts (or joins) a run, shows how far it is, and tells how it ended. Gives the exit code. */
async function runSync(config: Config, input: OrgSyncInput, taskQueue: string): Promise<number> {
  const store = await openStore(config.databaseUrl);
  const logger = createLogger(config.logLevel ?? 'error');
  installRuntime(logger);
  const view = progressView(process.stderr);
  const interrupted = onInterrupt();
  const server = await openServer(config, (line) => view.note(line));
  let worker: RunningWorker | undefined;
  try {
    const client = await connectClient(server.target);
    const workflowId = orgSyncWorkflowId(input.provider, input.owner ?? localOwner(input.paths ?? []));
    if (input.paths !== undefined) await grantsOf(config).give(workflowId, input.paths);
    const own = server.uiUrl !== undefined || !(await hasWorker(client, taskQueue));
    if (own) worker = await startWorker(config, server, taskQueue, store, logger);
    const handle = await start(client, workflowId, taskQueue, input, view);
    const link = server.uiUrl === undefined ? undefined : `${server.uiUrl}/namespaces/${server.target.namespace}/workflows/${encodeURIComponent(workflowId)}`;
    if (link !== undefined) view.note(`Web UI: ${link}`);

    const result = await Promise.race([follow(client, handle, view), interrupted, failureOf(worker), lossOf(server.lost)]);
    view.end();
    if (result === 'interrupted') {
      process.stderr.write('Stopped. The same command goes on where this one was.\n');
      return EXIT.interrupted;
    }
    await grantsOf(config).end(workflowId);
    process.stdout.write(`${report(result, orderedStages(input.stages))}\n`);
    if (link !== undefined) process.stdout.write(`Web UI (while a command or 'org-sync up' runs it): ${link}\n`);
    return result.repositories.failed > 0 ? EXIT.someFailed : EXIT.ok;
  } finally {
    view.end();
    await worker?.stop();
    await server.release();
    await store.close();
  }
}

/** Starts the run, or joins the one that is under way. */
async function start(client: Client, workflowId: string, taskQueue: string, input: OrgSyncInput, view: ProgressView): Promise<WorkflowHandle> {
  const running = await runningRun(client, workflowId);
  const { firstExecutionRunId } = await client.workflow.start('orgSync', {
    workflowId,
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: clip(`${input.provider}: ${input.owner ?? (input.paths ?? []).join(', ')}`, 400),
  });
  if (running === firstExecutionRunId) view.note('This sync is under way already: following it, with the options it was started with.');
  return client.workflow.getHandle(workflowId, firstExecutionRunId);
}

async function runningRun(client: Client, workflowId: string): Promise<string | undefined> {
  try {
    const { status, runId } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? runId : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Shows how far the run is until it has ended. */
async function follow(client: Client, handle: WorkflowHandle, view: ProgressView): Promise<OrgSyncResult> {
  let ended = false;
  const result = (handle.result() as Promise<OrgSyncResult>).finally(() => {
    ended = true;
  });
  result.catch(() => undefined);
  while (!ended) {
    const wait = setTimeout(SHOW_EVERY_MS, undefined, { ref: false });
    await Promise.race([result.catch(() => undefined), wait]);
    if (ended) break;
    try {
      view.show(await takeSnapshot(client, handle.workflowId));
    } catch (error) {
      // Not the run's trouble: the server may be restarting, the run about to end.
      view.note(`(progress can't be shown right now: ${error instanceof Error ? error.message : String(error)})`);
    }
  }
  try {
    return await result;
  } catch (error) {
    throw failureOfRun(error);
  }
}

function failureOfRun(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof CancelledFailure) return new FatalError('the sync was cancelled; the same command goes on where it was');
  if (cause instanceof TerminatedFailure) return new FatalError('the sync was terminated; the same command starts it again');
  if (cause instanceof ApplicationFailure && cause.type === 'InvalidInput') return new InvalidInput([cause.message]);
  return new FatalError(cause?.message ?? error.message);
}

/** Rejects when the worker fails; never settles otherwise. */
async function failureOf(worker: RunningWorker | undefined): Promise<never> {
  await worker?.stopped;
  return new Promise(() => undefined);
}

/** Rejects when the server can't be kept running; never settles otherwise. */
function lossOf(lost: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    lost?.addEventListener('abort', () => reject(lost.reason));
  });
}
