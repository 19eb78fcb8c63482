import { endGroup } from '../../processes/end-group.ts';
import { isAlive } from '../../processes/identity.ts';
import { findServers } from './find-servers.ts';
import type { Ports } from './ports.ts';
import { waitReady } from './ready.ts';
import { startServer } from './start.ts';
import { readState, type ServerRecord, type Use, writeState } from './state.ts';

/** A running server that doesn't answer within this time counts as broken. The time is longer if other commands use it. */
const READY_TIMEOUT_MS = { alone: 5000, shared: 15_000 };
/**
 * Time between SIGTERM and SIGKILL. There is none, because on SIGTERM the server only waits a second for clients to
 * disconnect, and no clients are left by then. Its database keeps what was written.
 */
const GRACE_MS = 0;

export interface AttachOptions {
  cli: string;
  directory: string;
  env: NodeJS.ProcessEnv;
  report: (message: string) => void;
}

/**
 * Makes sure that the folder's server runs and answers, and records the use. Requires the folder's lock.
 * @param ports Ports that the server must use because other commands know them; absent: those it uses, or any.
 */
export async function attach(options: AttachOptions, use: Use, ports?: Ports): Promise<ServerRecord> {
  const { cli, directory, env, report } = options;
  const { server, uses } = readState(directory);
  const others = uses.filter(({ id }) => id !== use.id);
  if (server !== undefined && isAlive(server)) {
    const timeout = others.length > 0 ? READY_TIMEOUT_MS.shared : READY_TIMEOUT_MS.alone;
    if ((await waitReady(server, timeout)) === 'ready') {
      writeState(directory, { server, uses: [...others, use] });
      return server;
    }
    report(`The Temporal server (process ${server.pid}) doesn't answer. Restarting it.`);
    await endGroup(server, GRACE_MS);
  }
  for (const stray of findServers(directory)) await endGroup(stray, GRACE_MS);

  const record = (started: ServerRecord): void => writeState(directory, { server: started, uses: [...others, use] });
  const taken = ports ?? (others.length > 0 ? server?.ports : undefined);
  try {
    return await startServer({ cli, directory, env, ports: taken, onStart: record });
  } catch (error) {
    // The other commands still need its ports.
    writeState(directory, { ...(server && { server }), uses });
    throw error;
  }
}

/** Removes the use, and ends the server if no other command uses it. Requires the folder's lock. */
export async function detach(directory: string, use: Use): Promise<void> {
  const { server, uses } = readState(directory);
  const others = uses.filter(({ id }) => id !== use.id);
  if (others.length === 0 && server !== undefined) await endGroup(server, GRACE_MS);
  writeState(directory, { ...(others.length > 0 && server && { server }), uses: others });
}
