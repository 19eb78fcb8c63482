import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { InvalidInput } from '../../model/errors.ts';
import { addWorkerOptions, type WorkerFlags } from '../options.ts';

/** Adds `org-sync up`, which runs the embedded server with its Web UI and a worker. */
export function addUpCommand(program: Command): void {
  addWorkerOptions(program.command('up').description('run the embedded Temporal server with its Web UI and a worker, until interrupted')).action(
    async (flags: WorkerFlags) => {
      const config = loadConfig({ db: flags.db });
      const { runWorker } = await import('../run-worker.ts');
      process.exitCode = await runWorker({ ...config, temporal: undefined }, flags);
    },
  );
}

/** Adds `org-sync worker`, which runs a worker for the server at TEMPORAL_ADDRESS. */
export function addWorkerCommand(program: Command): void {
  addWorkerOptions(program.command('worker').description('run a worker for the Temporal server at TEMPORAL_ADDRESS, until interrupted'))
    .option('--check', 'start no worker; exit with 0 if one on this machine polls the task queue, else with 1')
    .action(async (flags: WorkerFlags & { check?: boolean }) => {
      const config = loadConfig({ db: flags.db });
      if (config.temporal === undefined)
        throw new InvalidInput(["TEMPORAL_ADDRESS: must be set to the address of the server, as in localhost:7233; 'org-sync up' needs no server"]);
      if (flags.check === true) {
        const { checkWorker } = await import('../check-worker.ts');
        process.exitCode = await checkWorker(config.temporal, flags.taskQueue);
      } else {
        const { runWorker } = await import('../run-worker.ts');
        process.exitCode = await runWorker(config, flags);
      }
    });
}
