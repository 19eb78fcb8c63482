import type { Config } from '../config.ts';
import { createLogger } from '../log.ts';
import type { OrgSyncInput } from '../model/input.ts';
import { orderedStages } from '../model/stages.ts';
import { orgSyncWorkflowId } from '../model/workflow-ids.ts';
import { PROVIDER_MODULES } from '../providers/index.ts';
import { openStore } from '../stores/open.ts';
import { connectClient } from '../temporal/connection.ts';
import { hasWorker } from '../temporal/pollers.ts';
import { installRuntime } from '../temporal/runtime.ts';
import { beforeWork, EXIT, wrongBeforeWork } from './exit.ts';
import { onInterrupt } from './interrupt.ts';
import type { WorkerFlags } from './options.ts';
import { print, tell } from './output.ts';
import { progressView } from './progress-view.ts';
import { report } from './report.ts';
import { findOpenRun, followRun, hasEnded, startRun } from './run.ts';
import { grantsOf, lossOf, openServer, type RunningWorker, type Server, startWorker } from './session.ts';

/** Starts (or joins) a run, shows how far it is, and tells how it ended. Gives the exit code. */
export async function runSync(config: Config, input: OrgSyncInput, { taskQueue, migrate }: WorkerFlags): Promise<number> {
  const provider = PROVIDER_MODULES[input.provider];
  const store = await beforeWork(openStore(config.databaseUrl, { migrate }));
  const logger = createLogger(config.logLevel ?? 'error');
  installRuntime(logger);
  const view = progressView(process.stderr);
  const interrupt = onInterrupt();
  let server: Server | undefined;
  let worker: RunningWorker | undefined;
  const workflowId = orgSyncWorkflowId(input.provider, provider.workflowOwner(input));
  let begun = false;
  try {
    server = await openServer(config, (line) => view.note(line), interrupt.signal);
    const client = await connectClient(server.target);
    if (input.paths !== undefined) await grantsOf(config).give(workflowId, input.paths);
    const open = await findOpenRun(client, workflowId);
    const queue = open?.taskQueue ?? taskQueue;
    const own = server.uiUrl !== undefined || !(await hasWorker(client, queue));
    if (own) worker = await startWorker(config, server, queue, store, logger);
    else view.note(`A worker takes runs from task queue '${queue}' already: the rows go to its database, whatever this command's is.`);
    const { handle, joined } = await startRun(client, workflowId, queue, input, open);
    if (joined) {
      const where = queue === taskQueue ? '' : `, on its task queue '${queue}'`;
      view.note(`This sync is under way already: following it${where}, with the options it was started with.`);
    }
    begun = true;
    const link = server.uiUrl === undefined ? undefined : `${server.uiUrl}/namespaces/${server.target.namespace}/workflows/${encodeURIComponent(workflowId)}`;
    if (link !== undefined) view.note(`Web UI: ${link}`);

    const result = await Promise.race([followRun(client, handle, view), interrupt.reached, failureOf(worker), lossOf(server.lost)]);
    view.end();
    if (typeof result === 'string') return stopped();
    await grantsOf(config).end(workflowId);
    print(report(result, orderedStages(input.stages), provider.command.lookedIn));
    if (link !== undefined) print(`Web UI (while a command or 'org-sync up' runs it): ${link}`);
    return result.repositories.failed > 0 ? EXIT.someFailed : EXIT.ok;
  } catch (error) {
    if (interrupt.signal.aborted) return stopped();
    if (hasEnded(error)) await grantsOf(config).end(workflowId);
    throw begun ? error : wrongBeforeWork(error);
  } finally {
    view.end();
    await worker?.stop();
    await server?.release();
    await store.close();
  }
}

function stopped(): number {
  tell('Stopped. The same command goes on where this one was.');
  return EXIT.interrupted;
}

/** Rejects when the worker fails; never settles otherwise. */
async function failureOf(worker: RunningWorker | undefined): Promise<never> {
  await worker?.stopped;
  return new Promise(() => undefined);
}
