import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { TemporalTarget } from '../config.ts';
import { InvalidInput } from '../model/errors.ts';

/** Milliseconds that connecting may take before the server counts as out of reach. */
const CONNECT_TIMEOUT = 5_000;

/** @throws InvalidInput naming the address where no server answers. */
export async function connectClient(target: TemporalTarget): Promise<Client> {
  try {
    const connection = await Connection.connect({ ...(await options(target)), connectTimeout: CONNECT_TIMEOUT });
    return new Client({ connection, namespace: target.namespace });
  } catch (error) {
    throw unreachable(target, error);
  }
}

/** @throws InvalidInput naming the address where no server answers. */
export async function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(await options(target));
  } catch (error) {
    throw unreachable(target, error);
  }
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

function unreachable({ address }: TemporalTarget, error: unknown): InvalidInput {
  const reason = error instanceof Error ? error.message : String(error);
  return new InvalidInput([`TEMPORAL_ADDRESS: no Temporal server answers at ${address} (${reason}); check the address, or unset it to use an embedded server`]);
}
