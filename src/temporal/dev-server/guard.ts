import { setTimeout as delay } from 'node:timers/promises';
import { FatalError } from '../../model/errors.ts';
import { CHEAP_IDENTITY, isAlive } from '../../processes/identity.ts';
import { boundLog, logFile, logTail } from './log.ts';
import { PortsTaken } from './start.ts';
import type { ServerRecord } from './state.ts';

const WATCH_MS = CHEAP_IDENTITY ? 50 : 1000;
const LOG_MS = 10_000;
/** More ends than this within the time, and the server is given up. */
const ENDS = 5;
const WITHIN_MS = 60_000;
const PAUSE_MS = 300;
/** How long its ports may be somebody else's, who took them while nobody listened: another database's command does, and ends. */
const PORTS_MS = 60_000;

/** Keeps the server of a folder running while a command uses it. */
export interface Guard {
  /** The server that runs, or ran last. */
  server(): ServerRecord;
  /** Aborts, with a FatalError as reason, when the server is given up. */
  lost: AbortSignal;
  /** Ends the watch; a restart under way is waited for. */
  stop(): Promise<void>;
}

/**
 * Watches a server and has it restarted when it ends, whoever ended it.
 * @param restart Brings it back in the same place, or finds that another command has done so.
 */
export function guard(
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
    report(`The Temporal server (process ${server.pid}) has ended unexpectedly: starting it again.`);
    const patience = performance.now() + PORTS_MS;
    let told = false;
    while (!stopped && !isAlive(server)) {
      ends = [...ends.filter((time) => Date.now() - time < WITHIN_MS), Date.now()];
      if (ends.length > ENDS) {
        clearInterval(watch);
        const why = `the Temporal server has ended ${ends.length} times within ${WITHIN_MS / 1000} s`;
        lost.abort(new FatalError(`${why}; the end of ${logFile(directory)}:\n${logTail(directory)}`));
        return;
      }
      try {
        server = await restart(server);
      } catch (error) {
        const taken = error instanceof PortsTaken && performance.now() < patience;
        if (!taken || !told) report(`The Temporal server can't be started again: ${(error as Error).message}`);
        told ||= taken;
        // That was no end of a server.
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
  const tidy = setInterval(() => boundLog(directory), LOG_MS);
  // Watching is no reason for a command to go on.
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
