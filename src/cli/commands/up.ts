import type { Command } from 'commander';
import { type Config, loadConfig } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { InvalidInput } from '../../model/errors.ts';
import { openStore } from '../../stores/open.ts';
import { installRuntime } from '../../temporal/runtime.ts';
import { beforeWork } from '../exit.ts';
import { onInterrupt } from '../interrupt.ts';
import { addWorkerOptions, type WorkerFlags } from '../options.ts';
import { lossOf, openServer, type RunningWorker, type Server, startWorker } from '../session.ts';

/** `org-sync up`: embedded server, Web UI and a worker, until it's interrupted. */
export function addUpCommand(program: Command): void {
  addWorkerOptions(program.command('up').description('run the embedded Temporal server with its Web UI and a worker, until interrupted')).action(
    async (flags: WorkerFlags) => {
      const config = loadConfig({ db: flags.db });
      await work({ ...config, temporal: undefined }, flags);
    },
  );
}

/** `org-sync worker`: a worker for the server at TEMPORAL_ADDRESS, until it's interrupted. */
export function addWorkerCommand(program: Command): void {
  addWorkerOptions(program.command('worker').description('run a worker for the Temporal server at TEMPORAL_ADDRESS, until interrupted')).action(
    async (flags: WorkerFlags) => {
      const config = loadConfig({ db: flags.db });
      if (config.temporal === undefined)
        throw new InvalidInput(["TEMPORAL_ADDRESS: must be set to the server's address, for example localhost:7233; 'org-sync up' brings a server along"]);
      await work(config, flags);
    },
  );
}

async function work(config: Config, { taskQueue, migrate }: WorkerFlags): Promise<void> {
  const store = await beforeWork(openStore(config.databaseUrl, { migrate }));
  const logger = createLogger(config.logLevel ?? 'info');
  installRuntime(logger);
  const interrupt = onInterrupt();
  let server: Server | undefined;
  let worker: RunningWorker | undefined;
  try {
    server = await beforeWork(openServer(config, (line) => process.stderr.write(`${line}\n`), interrupt.signal));
    worker = await beforeWork(startWorker(config, server, taskQueue, store, logger));
    const { target, uiUrl, lost } = server;
    process.stdout.write(`Temporal ${target.address}${uiUrl === undefined ? '' : `, Web UI ${uiUrl}`}, task queue ${taskQueue}. Ctrl-C ends it.\n`);
    await Promise.race([interrupt.reached, worker.stopped, lossOf(lost)]);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
  } finally {
    await worker?.stop();
    await server?.release();
    await store.close();
  }
}
