import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { type Config, foreignEnvironment, gitProgram, type TemporalTarget } from '../config.ts';
import { makeHome } from '../home.ts';
import { openSources } from '../providers/index.ts';
import type { Store } from '../stores/store.ts';
import { BUNDLE } from '../temporal/bundle.ts';
import { findTemporalCli } from '../temporal/cli-binary/find.ts';
import { connectWorker } from '../temporal/connection.ts';
import { useDevServer } from '../temporal/dev-server/use.ts';
import { ensureSearchAttributes } from '../temporal/search-attributes.ts';
import { createSyncWorker, type SyncWorker } from '../temporal/worker.ts';
import { databaseFolder, temporalFolder } from './database-folder.ts';
import { Grants } from './grants.ts';

/** The server a command works with. */
export interface Server {
  target: TemporalTarget;
  /** Undefined for a server that isn't ours. */
  uiUrl: string | undefined;
  /** Aborts when an embedded server can't be kept running. */
  lost: AbortSignal | undefined;
  release(): Promise<void>;
}

/** Folders that local runs for the database may read. */
export function grantsOf(config: Config): Grants {
  return new Grants(databaseFolder(config, 'grants'));
}

/** The server at TEMPORAL_ADDRESS, else the database's embedded one, which is started where it doesn't run. */
export async function openServer(config: Config, report: (line: string) => void, signal: AbortSignal): Promise<Server> {
  makeHome(config.home);
  if (config.temporal !== undefined) return { target: config.temporal, uiUrl: undefined, lost: undefined, release: async () => undefined };
  const cli = await findTemporalCli({ explicit: config.temporalCli, home: config.home, env: foreignEnvironment(), report, signal });
  const server = await useDevServer({ cli, directory: temporalFolder(config), env: foreignEnvironment(), report, signal });
  return {
    target: { address: server.address, namespace: server.namespace },
    uiUrl: server.uiUrl,
    lost: server.lost,
    release: () => server.release(),
  };
}

/** Rejects when the server can't be kept running; never settles otherwise. */
export function lossOf(lost: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (lost?.aborted === true) reject(lost.reason);
    lost?.addEventListener('abort', () => reject(lost.reason));
  });
}

/** A worker at work. */
export interface RunningWorker {
  /** Settles when the worker has stopped; rejects where it failed. */
  stopped: Promise<void>;
  /** Waits until it has stopped. Of its failure `stopped` tells. */
  stop(): Promise<void>;
}

/** Starts a worker for the database on a server. */
export async function startWorker(config: Config, server: Server, taskQueue: string, store: Store, logger: Logger): Promise<RunningWorker> {
  const connection = await connectWorker(server.target);
  let worker: SyncWorker;
  try {
    worker = await workerOn(connection, config, server, taskQueue, store, logger);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const stopped = worker.run().finally(() => connection.close());
  // Who waits for it sees its failure; before that it mustn't end the process.
  stopped.catch(() => undefined);
  return {
    stopped,
    stop: async () => {
      worker.shutdown();
      await stopped.catch(() => undefined);
    },
  };
}

async function workerOn(
  connection: NativeConnection,
  config: Config,
  { target: { namespace }, uiUrl }: Server,
  taskQueue: string,
  store: Store,
  logger: Logger,
): Promise<SyncWorker> {
  if (uiUrl === undefined) await ensureSearchAttributes(connection, namespace);
  const grants = grantsOf(config);
  const sources = await openSources(config.providers, {
    program: gitProgram,
    cacheBytes: config.clonesBytes,
    localRoots: async () => [...config.localRoots, ...(await grants.folders())],
  });
  return createSyncWorker({ connection, namespace, taskQueue, bundle: BUNDLE, store, sources, program: gitProgram, logger, home: config.home });
}
