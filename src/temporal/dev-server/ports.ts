import { createServer } from 'node:net';
import { FatalError } from '../../model/errors.ts';

/** The only address that the embedded server listens on. */
export const IP = '127.0.0.1';

/** Ports of one server. */
export interface Ports {
  grpc: number;
  ui: number;
  http: number;
  metrics: number;
}

/** Temporal's default ports. http and metrics have none; these are below the range of ephemeral ports. */
const FIRST_PORTS: Ports = { grpc: 7233, ui: 8233, http: 17233, metrics: 18233 };
const SLOTS = 1000;

/**
 * Finds free ports: Temporal's default pair for the server and the Web UI or the next free pair (7234 and 8234, and so on),
 * and two more that the server would otherwise choose without a check. Another process may take them before the server
 * does.
 */
export async function findFreePorts(): Promise<Ports> {
  for (let slot = 0; slot < SLOTS; slot++) {
    const grpc = FIRST_PORTS.grpc + slot;
    const ui = FIRST_PORTS.ui + slot;
    if ((await isPortFree(grpc)) && (await isPortFree(ui))) {
      return { grpc, ui, http: await findFreePort(FIRST_PORTS.http + slot), metrics: await findFreePort(FIRST_PORTS.metrics + slot) };
    }
  }
  throw new FatalError(`no pair of free ports between ${FIRST_PORTS.grpc} and ${FIRST_PORTS.ui + SLOTS} on ${IP} for the Temporal server`);
}

async function findFreePort(from: number): Promise<number> {
  for (let port = from; port < from + SLOTS; port++) {
    if (await isPortFree(port)) return port;
  }
  throw new FatalError(`no free port between ${from} and ${from + SLOTS} on ${IP} for the Temporal server`);
}

/** Whether a server could listen on this port now. */
export async function isPortFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: IP, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
