import { setTimeout as delay } from 'node:timers/promises';
import { FatalError } from '../../model/errors.ts';
import { CHEAP_IDENTITY, isAlive } from '../../processes/identity.ts';
import { getLogFile, readLogTail, truncateLongLog } from './log.ts';
import { PortsTaken } from './start.ts';
import type { ServerRecord } from './state.ts';

const WATCH_MS = CHEAP_IDENTITY ? 50 : 1000;
const LOG_MS = 10_000;
/** The server is given up if it ends more often than this within the window. */
const MAX_ENDS = 5;
const WINDOW_MS = 60_000;
const PAUSE_MS = 300;
/** How long another process may occupy the server's ports, as the server of another database does for a while. */
const PORTS_TIMEOUT_MS = 60_000;

/** Keeps the server of a folder running while a command uses it. */
export interface Guard {
  /** Returns the running server, or the last one. */
  server(): ServerRecord;
  /** Aborts with a FatalError when the server is given up. */
  lost: AbortSignal;
  /** Stops watching. Waits for a restart that has begun. */
  stop(): Promise<void>;
}

/**
 * Watches a server and restarts it when it ends, whoever ended it.
 * @param restart Restarts it on the same ports, or finds that another command has done so.
 */
export function guardServer(
  directory: string,
  first: ServerRecord,
  restart: (last: ServerRecord) => Promise<ServerRecord>,
  report: (message: string) => void,
): Guard {
  let server = first;
  let stopped = false;
  let restarting: Promise<void> | undefined;
  let ends: number[] = [];
  const lost = new AbortController();

  const recover = async (): Promise<void> => {
    report(`The Temporal server (process ${server.pid}) has ended unexpectedly. Restarting it.`);
    const portsDeadline = performance.now() + PORTS_TIMEOUT_MS;
    let reported = false;
    while (!stopped && !isAlive(server)) {
      ends = [...ends.filter((time) => Date.now() - time < WINDOW_MS), Date.now()];
      if (ends.length > MAX_ENDS) {
        clearInterval(watch);
        const why = `the Temporal server has ended ${ends.length} times within ${WINDOW_MS / 1000} s`;
        lost.abort(new FatalError(`${why}; the end of ${getLogFile(directory)}:\n${readLogTail(directory)}`));
        return;
      }
      try {
        server = await restart(server);
      } catch (error) {
        const taken = error instanceof PortsTaken && performance.now() < portsDeadline;
        if (!taken || !reported) report(`Can't restart the Temporal server: ${(error as Error).message}`);
        reported ||= taken;
        // No server has ended in this case.
        if (taken) ends.pop();
        await delay(PAUSE_MS * Math.max(1, ends.length));
      }
    }
  };
  const watch = setInterval(() => {
    if (restarting === undefined && !isAlive(server)) {
      restarting = recover().finally(() => {
        restarting = undefined;
      });
    }
  }, WATCH_MS);
  const tidy = setInterval(() => truncateLongLog(directory), LOG_MS);
  // The timers must not keep the process running.
  watch.unref();
  tidy.unref();

  return {
    server: () => server,
    lost: lost.signal,
    stop: async () => {
      stopped = true;
      clearInterval(watch);
      clearInterval(tidy);
      await restarting;
    },
  };
}
