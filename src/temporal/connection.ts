import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { TemporalTarget } from '../config.ts';
import { InvalidInput } from '../model/errors.ts';

/** On a busy machine connecting can take some seconds. */
const CONNECT_TIMEOUT_MS = 15_000;

/** gRPC status codes, https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;

/**
 * Connects a client.
 * @throws InvalidInput with the address if no Temporal server answers there.
 */
export async function connectClient(target: TemporalTarget): Promise<Client> {
  try {
    const connection = await Connection.connect({
      ...(await createOptions(target)),
      connectTimeout: CONNECT_TIMEOUT_MS,
      channelArgs: createChannelArgs(target),
    });
    await checkNamespace(connection, target);
    return new Client({ connection, namespace: target.namespace });
  } catch (error) {
    throw toConnectionError(target, error);
  }
}

/**
 * Opens the connection of a worker.
 * @throws InvalidInput with the address if no Temporal server answers there.
 */
export async function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  try {
    const connection = await NativeConnection.connect(await createOptions(target));
    await checkNamespace(connection, target);
    return connection;
  } catch (error) {
    throw toConnectionError(target, error);
  }
}

/** Keeps gRPC from using the environment's proxy for this machine. */
function createChannelArgs({ address }: TemporalTarget): Record<string, number> {
  return /^(127\.|localhost\b|\[::1\])/.test(address) ? { 'grpc.enable_http_proxy': 0 } : {};
}

async function createOptions({ address, apiKey, tls }: TemporalTarget) {
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

/** Requests the namespace: what answers may be another kind of server, or one that refuses these credentials. */
async function checkNamespace({ workflowService }: Connection | NativeConnection, { address, namespace }: TemporalTarget): Promise<void> {
  try {
    await workflowService.describeNamespace({ namespace });
  } catch (error) {
    const { code } = error as { code?: number };
    if (code === NOT_FOUND) throw new InvalidInput([`TEMPORAL_NAMESPACE: the server at ${address} has no namespace '${namespace}'; create it or set another`]);
    // A client may use a namespace without permission to describe it.
    if (code !== PERMISSION_DENIED) throw error;
  }
}

function toConnectionError({ address }: TemporalTarget, error: unknown): InvalidInput {
  if (error instanceof InvalidInput) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new InvalidInput([`TEMPORAL_ADDRESS: no Temporal server answers at ${address} (${reason}); check the address, or unset it to use an embedded server`]);
}
