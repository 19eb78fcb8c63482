import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FatalError } from '../../model/errors.ts';
import { endGroup } from '../../processes/end-group.ts';
import { identify } from '../../processes/identity.ts';
import { toolEnvironment } from '../../processes/tool-environment.ts';
import { serverArguments } from './arguments.ts';
import { removeEmptyDatabase } from './empty-database.ts';
import { logFile, logHas, logTail, withNewLog } from './log.ts';
import { freePorts, type Ports } from './ports.ts';
import { waitReady } from './ready.ts';
import type { ServerRecord } from './state.ts';

/** Ordinarily 0.2 s; a machine may be busy, and the database may have to be brought up to date. */
const READY_MS = 60_000;
/** How often ports are chosen anew after somebody else has been quicker to take them. */
const PORT_TRIES = 10;

/** Somebody else has the ports that a server has to have. */
export class PortsTaken extends FatalError {}

export interface StartOptions {
  /** The Temporal CLI. */
  cli: string;
  /** Folder of the server's files. */
  directory: string;
  env: NodeJS.ProcessEnv;
  /** Ports to use and no others; absent: {@link freePorts}. */
  ports?: Ports | undefined;
  /** Has to write the server down before it returns. */
  onStart: (server: ServerRecord) => void;
}

/**
 * Starts a server and waits until it is ready. It runs in a session of its own, out of reach of the
 * terminal's signals, and outlives this process unless it is ended.
 * @throws FatalError with the last lines of its log when it can't be started; a {@link PortsTaken} may be over soon.
 */
export async function startServer(options: StartOptions): Promise<ServerRecord> {
  const { directory, ports } = options;
  for (let attempt = 1; ; attempt++) {
    const server = await spawnServer(options, ports ?? (await freePorts()));
    const readiness = server === undefined ? 'ended' : await waitReady(server, READY_MS);
    if (server !== undefined) {
      if (readiness === 'ready') return server;
      await endGroup(server, 0);
    }
    const tail = logTail(directory);
    if (readiness === 'ended' && attempt === 1 && removeEmptyDatabase(directory)) continue;
    const outrun = readiness === 'ended' && logHas(directory, 'address already in use');
    if (outrun && ports === undefined && attempt < PORT_TRIES) continue;
    const what = readiness === 'ended' ? 'ended before it was ready' : `wasn't ready within ${READY_MS / 1000} s`;
    throw new (outrun ? PortsTaken : FatalError)(`the Temporal server ${what}; the end of ${logFile(directory)}:\n${tail}`);
  }
}

/** Undefined when it has ended before it could be looked at. */
async function spawnServer({ cli, directory, env, onStart }: StartOptions, ports: Ports): Promise<ServerRecord | undefined> {
  const child = withNewLog(directory, (log) =>
    spawn(cli, serverArguments(directory, ports), {
      cwd: directory,
      env: toolEnvironment(env),
      detached: true,
      stdio: ['ignore', log, log],
    }),
  );
  // Nothing may come between the start and the record of it.
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
