import { endGroup } from '../../processes/end-group.ts';
import { isAlive } from '../../processes/identity.ts';
import type { Ports } from './ports.ts';
import { waitReady } from './ready.ts';
import { startServer } from './start.ts';
import { readState, type ServerRecord, type Use, writeState } from './state.ts';
import { strayServers } from './strays.ts';

/** A server that runs has to answer within this time, or is taken for broken: longer when others use it. */
const PATIENCE_MS = { alone: 5000, shared: 15_000 };
/**
 * Between SIGTERM and SIGKILL. None, because the server, told to stop, does nothing for a whole second
 * but wait for clients to leave, and none are left by then. Its database keeps what it has written.
 */
const GRACE_MS = 0;

export interface AttachOptions {
  cli: string;
  directory: string;
  env: NodeJS.ProcessEnv;
  report: (message: string) => void;
}

/**
 * Makes sure that the folder's server runs and answers, and records the use of it. Under the folder's lock.
 * @param ports Where it has to be, for the sake of those who are using it; absent: where it runs, or anywhere.
 */
export async function attach(options: AttachOptions, use: Use, ports?: Ports): Promise<ServerRecord> {
  const { cli, directory, env, report } = options;
  const { server, uses } = readState(directory);
  const others = uses.filter(({ id }) => id !== use.id);
  if (server !== undefined && isAlive(server)) {
    const patience = others.length > 0 ? PATIENCE_MS.shared : PATIENCE_MS.alone;
    if ((await waitReady(server, patience)) === 'ready') {
      writeState(directory, { server, uses: [...others, use] });
      return server;
    }
    report(`The Temporal server (process ${server.pid}) doesn't answer: starting it again.`);
    await endGroup(server, GRACE_MS);
  }
  for (const stray of strayServers(directory)) await endGroup(stray, GRACE_MS);

  const record = (started: ServerRecord): void => writeState(directory, { server: started, uses: [...others, use] });
  const taken = ports ?? (others.length > 0 ? server?.ports : undefined);
  try {
    return await startServer({ cli, directory, env, ports: taken, onStart: record });
  } catch (error) {
    // Where others use it, where it was has to be remembered.
    writeState(directory, { ...(server && { server }), uses });
    throw error;
  }
}

/** Takes the use off the record and ends the server when nobody else uses it. Under the folder's lock. */
export async function detach(directory: string, use: Use): Promise<void> {
  const { server, uses } = readState(directory);
  const others = uses.filter(({ id }) => id !== use.id);
  if (others.length === 0 && server !== undefined) await endGroup(server, GRACE_MS);
  writeState(directory, { ...(others.length > 0 && server && { server }), uses: others });
}
