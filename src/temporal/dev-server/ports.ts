import { createServer } from 'node:net';
import { FatalError } from '../../model/errors.ts';

/** All that the embedded server listens on, and the only address it does so. */
export const IP = '127.0.0.1';

/** Ports of one server. */
export interface Ports {
  grpc: number;
  ui: number;
  http: number;
  metrics: number;
}

/** Temporal's own; http and metrics have none, and lie below where systems take temporary ports from. */
const FIRST: Ports = { grpc: 7233, ui: 8233, http: 17233, metrics: 18233 };
const SLOTS = 1000;

/**
 * Temporal's usual pair of ports for the server and the Web UI, or the next pair that is free (7234 and
 * 8234, and so on), with two more for what the server would otherwise choose blindly. Somebody else may
 * take them before the server does.
 */
export async function freePorts(): Promise<Ports> {
  for (let slot = 0; slot < SLOTS; slot++) {
    const grpc = FIRST.grpc + slot;
    const ui = FIRST.ui + slot;
    if ((await isFree(grpc)) && (await isFree(ui))) {
      return { grpc, ui, http: await nextFree(FIRST.http + slot), metrics: await nextFree(FIRST.metrics + slot) };
    }
  }
  throw new FatalError(`no pair of free ports between ${FIRST.grpc} and ${FIRST.ui + SLOTS} on ${IP} for the Temporal server`);
}

async function nextFree(from: number): Promise<number> {
  for (let port = from; port < from + SLOTS; port++) {
    if (await isFree(port)) return port;
  }
  throw new FatalError(`no free port between ${from} and ${from + SLOTS} on ${IP} for the Temporal server`);
}

/** Whether a server could listen on this port now. */
export async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: IP, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
