import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FatalError } from '../../model/errors.ts';
import { endGroup } from '../../processes/end-group.ts';
import { identify } from '../../processes/identity.ts';
import { toolEnvironment } from '../../processes/tool-environment.ts';
import { createServerArguments } from './arguments.ts';
import { removeEmptyDatabase } from './empty-database.ts';
import { getLogFile, logContains, readLogTail, withNewLog } from './log.ts';
import { findFreePorts, type Ports } from './ports.ts';
import { waitReady } from './ready.ts';
import type { ServerRecord } from './state.ts';

/** Usually 0.2 s. A machine may be busy, and the database may need a migration. */
const READY_MS = 60_000;
/** Attempts to find free ports that no other process takes before the server does. */
const MAX_PORT_ATTEMPTS = 10;

/** Another process uses the ports that a server needs. */
export class PortsTaken extends FatalError {}

export interface StartOptions {
  /** The Temporal CLI. */
  cli: string;
  /** Folder of the server's files. */
  directory: string;
  env: NodeJS.ProcessEnv;
  /** Ports that the server must use; absent: {@link findFreePorts}. */
  ports?: Ports | undefined;
  /** Must record the server before it returns. */
  onStart: (server: ServerRecord) => void;
}

/**
 * Starts a server and waits until it is ready. It runs in its own session, without the terminal's signals, and outlives
 * this process unless it is ended.
 * @throws FatalError with the end of its log if it can't be started; {@link PortsTaken} if its ports are in use.
 */
export async function startServer(options: StartOptions): Promise<ServerRecord> {
  const { directory, ports } = options;
  for (let attempt = 1; ; attempt++) {
    const server = await spawnServer(options, ports ?? (await findFreePorts()));
    const readiness = server === undefined ? 'ended' : await waitReady(server, READY_MS);
    if (server !== undefined) {
      if (readiness === 'ready') return server;
      await endGroup(server, 0);
    }
    const tail = readLogTail(directory);
    if (readiness === 'ended' && attempt === 1 && removeEmptyDatabase(directory)) continue;
    const portsTaken = readiness === 'ended' && logContains(directory, 'address already in use');
    if (portsTaken && ports === undefined && attempt < MAX_PORT_ATTEMPTS) continue;
    const what = readiness === 'ended' ? 'ended before it was ready' : `wasn't ready within ${READY_MS / 1000} s`;
    throw new (portsTaken ? PortsTaken : FatalError)(`the Temporal server ${what}; the end of ${getLogFile(directory)}:\n${tail}`);
  }
}

/** @returns undefined if the server ended before it could be identified. */
async function spawnServer({ cli, directory, env, onStart }: StartOptions, ports: Ports): Promise<ServerRecord | undefined> {
  const child = withNewLog(directory, (log) =>
    spawn(cli, createServerArguments(directory, ports), {
      cwd: directory,
      env: toolEnvironment(env),
      detached: true,
      stdio: ['ignore', log, log],
    }),
  );
  // Recorded at once: nobody could find the server if this process were killed before.
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  const server = identity && { ...identity, ports, binary: cli };
  if (server !== undefined) onStart(server);
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new FatalError(`can't start the Temporal CLI ${cli}: ${(error as Error).message}`, { cause: error });
  }
  child.unref();
  return server;
}
