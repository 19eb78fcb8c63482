import { statSync } from 'node:fs';
import type { Config } from '../config.ts';
import { createLogger } from '../log.ts';
import { InvalidInput } from '../model/errors.ts';
import { openStore, parseDatabaseUrl } from '../stores/open.ts';
import { printableUrl } from '../stores/url.ts';
import { installRuntime } from '../temporal/runtime.ts';
import { EXIT, runBeforeWork } from './exit.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { WorkerFlags } from './options.ts';
import { printNotice, printResult } from './output.ts';
import { openServer, type RunningWorker, rejectWhenLost, startWorker, type TemporalServer } from './session.ts';

/** Runs a worker until it is interrupted. Returns the exit code, which is 0 when a supervisor ends it. */
export async function runWorker(config: Config, { taskQueue, migrate }: WorkerFlags): Promise<number> {
  checkRoots(config.localRoots);
  const store = await runBeforeWork(openStore(config.databaseUrl, { migrate }));
  const logger = createLogger(config.logLevel ?? 'info');
  installRuntime(logger);
  const interrupt = listenForInterrupt();
  let server: TemporalServer | undefined;
  let worker: RunningWorker | undefined;
  try {
    server = await runBeforeWork(openServer(config, printNotice, interrupt.signal));
    worker = await runBeforeWork(startWorker(config, server, taskQueue, store, logger));
    printResult(describeWorker(config, server, taskQueue));
    await Promise.race([interrupt.reached, worker.stopped, rejectWhenLost(server.lost)]);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
  } finally {
    await worker?.stop();
    await server?.release();
    await store.close();
  }
  return interrupt.signal.aborted && (await interrupt.reached) === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
}

function describeWorker({ databaseUrl }: Config, { target, uiUrl }: TemporalServer, taskQueue: string): string {
  const ui = uiUrl === undefined ? '' : `, Web UI ${uiUrl}`;
  return `Temporal ${target.address}${ui}, task queue ${taskQueue}, database ${printableUrl(parseDatabaseUrl(databaseUrl))}. Press Ctrl-C to stop.`;
}

/** Every run would fail on a folder that doesn't exist, such as one with a `~` that no shell has expanded. */
function checkRoots(roots: readonly string[]): void {
  const missing = roots.filter((root) => statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true);
  if (missing.length > 0) throw new InvalidInput(missing.map((root) => `ORG_SYNC_LOCAL_ROOTS: there is no folder at '${root}'`));
}
