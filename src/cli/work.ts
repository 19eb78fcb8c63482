import { statSync } from 'node:fs';
import type { Config } from '../config.ts';
import { createLogger } from '../log.ts';
import { InvalidInput } from '../model/errors.ts';
import { openStore } from '../stores/open.ts';
import { installRuntime } from '../temporal/runtime.ts';
import { beforeWork, EXIT } from './exit.ts';
import { onInterrupt } from './interrupt.ts';
import type { WorkerFlags } from './options.ts';
import { print, tell } from './output.ts';
import { lossOf, openServer, type RunningWorker, type Server, startWorker } from './session.ts';

/** Works until it's interrupted. Gives the exit code: to be ended by a supervisor is as it should be. */
export async function work(config: Config, { taskQueue, migrate }: WorkerFlags): Promise<number> {
  checkRoots(config.localRoots);
  const store = await beforeWork(openStore(config.databaseUrl, { migrate }));
  const logger = createLogger(config.logLevel ?? 'info');
  installRuntime(logger);
  const interrupt = onInterrupt();
  let server: Server | undefined;
  let worker: RunningWorker | undefined;
  try {
    server = await beforeWork(openServer(config, tell, interrupt.signal));
    worker = await beforeWork(startWorker(config, server, taskQueue, store, logger));
    const { target, uiUrl, lost } = server;
    print(`Temporal ${target.address}${uiUrl === undefined ? '' : `, Web UI ${uiUrl}`}, task queue ${taskQueue}. Ctrl-C ends it.`);
    await Promise.race([interrupt.reached, worker.stopped, lossOf(lost)]);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
  } finally {
    await worker?.stop();
    await server?.release();
    await store.close();
  }
  return interrupt.signal.aborted && (await interrupt.reached) === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
}

/** A folder that isn't there, such as a `~` that no shell has replaced, would just make every run fail later on. */
function checkRoots(roots: readonly string[]): void {
  const missing = roots.filter((root) => statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true);
  if (missing.length > 0) throw new InvalidInput(missing.map((root) => `ORG_SYNC_LOCAL_ROOTS: there is no folder at '${root}'`));
}
