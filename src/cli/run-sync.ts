import type { Config } from '../config.ts';
import { createLogger } from '../log.ts';
import type { OrgSyncInput } from '../model/input.ts';
import { orgSyncWorkflowId } from '../model/workflow-ids.ts';
import { PROVIDER_MODULES } from '../providers/index.ts';
import { openStore, parseDatabaseUrl } from '../stores/open.ts';
import { printableUrl } from '../stores/url.ts';
import { connectClient } from '../temporal/connection.ts';
import { hasWorker } from '../temporal/pollers.ts';
import { installRuntime } from '../temporal/runtime.ts';
import { EXIT, runBeforeWork, toInvalidInput } from './exit.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { WorkerFlags } from './options.ts';
import { printNotice, printResult } from './output.ts';
import { createProgressView } from './progress-view.ts';
import { formatReport } from './report.ts';
import { findOpenRun, followRun, startRun } from './run.ts';
import { isRunFailure } from './run-failure.ts';
import { openGrants, openServer, type RunningWorker, rejectWhenLost, startWorker, type TemporalServer } from './session.ts';

/** Starts or joins a run, shows its progress, and prints its result. Returns the exit code. */
export async function runSync(config: Config, input: OrgSyncInput, { taskQueue, migrate }: WorkerFlags): Promise<number> {
  const provider = PROVIDER_MODULES[input.provider];
  const store = await runBeforeWork(openStore(config.databaseUrl, { migrate }));
  const logger = createLogger(config.logLevel ?? 'error');
  installRuntime(logger);
  const view = createProgressView(process.stderr);
  const interrupt = listenForInterrupt();
  let server: TemporalServer | undefined;
  let worker: RunningWorker | undefined;
  const workflowId = orgSyncWorkflowId(input.provider, provider.workflowOwner(input));
  let started = false;
  try {
    server = await openServer(config, (line) => view.note(line), interrupt.signal);
    const client = await connectClient(server.target);
    if (input.paths !== undefined) await openGrants(config).give(workflowId, input.paths);
    const open = await findOpenRun(client, workflowId);
    const queue = open?.taskQueue ?? taskQueue;
    const startsWorker = server.uiUrl !== undefined || !(await hasWorker(client, queue));
    if (startsWorker) worker = await startWorker(config, server, queue, store, logger);
    else view.note(`Task queue '${queue}' already has a worker: the rows go to that worker's database, whatever --db says.`);
    const { handle, joined } = await startRun(client, workflowId, queue, input, open);
    if (joined) {
      const where = queue === taskQueue ? '' : ` on task queue '${queue}'`;
      view.note(`This sync is already running${where}. Following it, with the options it was started with.`);
    }
    started = true;
    const link = server.uiUrl === undefined ? undefined : `${server.uiUrl}/namespaces/${server.target.namespace}/workflows/${encodeURIComponent(workflowId)}`;
    if (link !== undefined) view.note(`Web UI: ${link}`);

    const result = await Promise.race([followRun(client, handle, view), interrupt.reached, rejectOnFailure(worker), rejectWhenLost(server.lost)]);
    view.end();
    if (typeof result === 'string') return reportInterrupt();
    await openGrants(config).end(workflowId);
    printResult(formatReport(result, input, provider.command.lookedIn));
    if (startsWorker) printResult(`Database: ${printableUrl(parseDatabaseUrl(config.databaseUrl))}`);
    if (link !== undefined) printResult(`Web UI (available while 'org-sync up' or another command is running): ${link}`);
    return result.repositories.failed > 0 ? EXIT.someFailed : EXIT.ok;
  } catch (error) {
    if (interrupt.signal.aborted) return reportInterrupt();
    if (isRunFailure(error)) await openGrants(config).end(workflowId);
    throw started ? error : toInvalidInput(error);
  } finally {
    view.end();
    await worker?.stop();
    await server?.release();
    await store.close();
  }
}

function reportInterrupt(): number {
  printNotice('Interrupted. Run the same command again to resume.');
  return EXIT.interrupted;
}

/** Rejects when the worker fails. Never resolves. */
async function rejectOnFailure(worker: RunningWorker | undefined): Promise<never> {
  await worker?.stopped;
  return new Promise(() => undefined);
}
