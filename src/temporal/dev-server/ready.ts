import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../../model/workflow-ids.ts';
import { isAlive } from '../../processes/identity.ts';
import { listensOn } from './port-owner.ts';
import { IP } from './ports.ts';
import type { ServerRecord } from './state.ts';

/** The only namespace of the embedded server. */
export const NAMESPACE = 'default';

const POLL_MS = 10;
const CALL_MS = 2000;

/** Result of waiting for a server. */
export type Readiness = 'ready' | 'ended' | 'late';

/**
 * Waits until this server, and no other process, listens on its port, and has its namespace and our search attributes.
 * From then on workflows can be started and workers can poll.
 */
export async function waitReady(server: ServerRecord, timeoutMs: number): Promise<Readiness> {
  const { pid, ports } = server;
  // Loaded only now, while the server starts, because it takes as long. On a slow machine it would take longer than the
  // timeout, so it is loaded before that begins.
  const { Connection } = await import('@temporalio/client');
  const deadline = performance.now() + timeoutMs;
  while (!((await accepts(ports.grpc)) && listensOn(ports.grpc, pid))) {
    if (!isAlive(server)) return 'ended';
    if (performance.now() > deadline) return 'late';
    await delay(POLL_MS);
  }
  const connection = Connection.lazy({
    address: `${IP}:${ports.grpc}`,
    // The SDK's own retries would continue, and throw uncaught errors, after the connection is closed.
    interceptors: [],
    channelArgs: {
      // Channels of one process share their backoff: that of other channels must not delay this one.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.initial_reconnect_backoff_ms': POLL_MS,
      // The environment's proxy is not for this machine.
      'grpc.enable_http_proxy': 0,
    },
  });
  try {
    while (!(await answers(connection))) {
      if (!isAlive(server)) return 'ended';
      if (performance.now() > deadline) return 'late';
      await delay(POLL_MS);
    }
    return 'ready';
  } finally {
    await connection.close();
  }
}

async function answers(connection: import('@temporalio/client').Connection): Promise<boolean> {
  const call = <T>(work: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + CALL_MS, work);
  try {
    const [, attributes] = await Promise.all([
      call(() => connection.workflowService.describeNamespace({ namespace: NAMESPACE })),
      call(() => connection.operatorService.listSearchAttributes({ namespace: NAMESPACE })),
    ]);
    return SEARCH_ATTRIBUTES.every((name) => name in attributes.customAttributes);
  } catch {
    // The server isn't ready yet. Its log has the details.
    return false;
  }
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ port, host: IP }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
