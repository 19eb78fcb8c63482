import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { InvalidInput } from '../../model/errors.ts';
import { addWorkerOptions, type WorkerFlags } from '../options.ts';

/** `org-sync up`: embedded server, Web UI and a worker, until it's interrupted. */
export function addUpCommand(program: Command): void {
  addWorkerOptions(program.command('up').description('run the embedded Temporal server with its Web UI and a worker, until interrupted')).action(
    async (flags: WorkerFlags) => {
      const config = loadConfig({ db: flags.db });
      const { work } = await import('../work.ts');
      process.exitCode = await work({ ...config, temporal: undefined }, flags);
    },
  );
}

/** `org-sync worker`: a worker for the server at TEMPORAL_ADDRESS, until it's interrupted. */
export function addWorkerCommand(program: Command): void {
  addWorkerOptions(program.command('worker').description('run a worker for the Temporal server at TEMPORAL_ADDRESS, until interrupted'))
    .option('--check', 'start none: exit with 0 where one on this machine takes work from the task queue, else with 1')
    .action(async (flags: WorkerFlags & { check?: boolean }) => {
      const config = loadConfig({ db: flags.db });
      if (config.temporal === undefined)
        throw new InvalidInput(["TEMPORAL_ADDRESS: must be set to the server's address, for example localhost:7233; 'org-sync up' brings a server along"]);
      if (flags.check === true) {
        const { checkWorker } = await import('../check-worker.ts');
        process.exitCode = await checkWorker(config.temporal, flags.taskQueue);
      } else {
        const { work } = await import('../work.ts');
        process.exitCode = await work(config, flags);
      }
    });
}
