import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { TemporalTarget } from '../config.ts';
import { InvalidInput } from '../model/errors.ts';

/** Milliseconds that connecting may take before the server counts as out of reach: on a busy machine some seconds are no sign of that. */
const CONNECT_TIMEOUT = 15_000;

/** gRPC status codes, https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;

/** @throws InvalidInput naming the address where no server answers. */
export async function connectClient(target: TemporalTarget): Promise<Client> {
  try {
    const connection = await Connection.connect({ ...(await options(target)), connectTimeout: CONNECT_TIMEOUT, channelArgs: channelArgs(target) });
    await checkNamespace(connection, target);
    return new Client({ connection, namespace: target.namespace });
  } catch (error) {
    throw unreachable(target, error);
  }
}

/** @throws InvalidInput naming the address where no server answers. */
export async function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  try {
    const connection = await NativeConnection.connect(await options(target));
    await checkNamespace(connection, target);
    return connection;
  } catch (error) {
    throw unreachable(target, error);
  }
}

/** gRPC would send even what is for this machine through the proxy that the environment names. */
function channelArgs({ address }: TemporalTarget): Record<string, number> {
  return /^(127\.|localhost\b|\[::1\])/.test(address) ? { 'grpc.enable_http_proxy': 0 } : {};
}

async function options({ address, apiKey, tls }: TemporalTarget) {
  return {
    address,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls === undefined ? {} : { tls: await readTls(tls) }),
  };
}

async function readTls({ serverName, ca, cert, key }: NonNullable<TemporalTarget['tls']>) {
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(ca === undefined ? {} : { serverRootCACertificate: await readFile(ca) }),
    ...(cert === undefined || key === undefined ? {} : { clientCertPair: { crt: await readFile(cert), key: await readFile(key) } }),
  };
}

/** Asks for the namespace: whatever answers may be no Temporal server, and one may let others in. */
async function checkNamespace({ workflowService }: Connection | NativeConnection, { address, namespace }: TemporalTarget): Promise<void> {
  try {
    await workflowService.describeNamespace({ namespace });
  } catch (error) {
    const { code } = error as { code?: number };
    if (code === NOT_FOUND) throw new InvalidInput([`TEMPORAL_NAMESPACE: the server at ${address} has no namespace '${namespace}'; create it or name another`]);
    // Somebody may work in a namespace without the right to look at it.
    if (code !== PERMISSION_DENIED) throw error;
  }
}

function unreachable({ address }: TemporalTarget, error: unknown): InvalidInput {
  if (error instanceof InvalidInput) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new InvalidInput([`TEMPORAL_ADDRESS: no Temporal server answers at ${address} (${reason}); check the address, or unset it to use an embedded server`]);
}
