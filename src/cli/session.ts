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
import { getDatabaseFolder, getTemporalFolder } from './database-folder.ts';
import { Grants } from './grants.ts';

/** The Temporal server that a command uses. */
export interface TemporalServer {
  target: TemporalTarget;
  /** Undefined for a server at TEMPORAL_ADDRESS. */
  uiUrl: string | undefined;
  /** Aborts when an embedded server can't be kept running. */
  lost: AbortSignal | undefined;
  release(): Promise<void>;
}

/** Opens the list of folders that local runs for the database may read. */
export function openGrants(config: Config): Grants {
  return new Grants(getDatabaseFolder(config, 'grants'));
}

/** Returns the server at TEMPORAL_ADDRESS, else the database's embedded one, which is started unless it is running. */
export async function openServer(config: Config, report: (line: string) => void, signal: AbortSignal): Promise<TemporalServer> {
  makeHome(config.home);
  if (config.temporal !== undefined) return { target: config.temporal, uiUrl: undefined, lost: undefined, release: async () => undefined };
  const cli = await findTemporalCli({ explicit: config.temporalCli, home: config.home, env: foreignEnvironment(), report, signal });
  const server = await useDevServer({ cli, directory: getTemporalFolder(config), env: foreignEnvironment(), report, signal });
  return {
    target: { address: server.address, namespace: server.namespace },
    uiUrl: server.uiUrl,
    lost: server.lost,
    release: () => server.release(),
  };
}

/** Rejects when the server can't be kept running. Never resolves. */
export function rejectWhenLost(lost: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (lost?.aborted === true) reject(lost.reason);
    lost?.addEventListener('abort', () => reject(lost.reason));
  });
}

/** A worker that has been started. */
export interface RunningWorker {
  /** Resolves when the worker has stopped; rejects if it failed. */
  stopped: Promise<void>;
  /** Stops the worker and waits for it. Never rejects. */
  stop(): Promise<void>;
}

/** Starts a worker that writes to the store. */
export async function startWorker(config: Config, server: TemporalServer, taskQueue: string, store: Store, logger: Logger): Promise<RunningWorker> {
  const connection = await connectWorker(server.target);
  let worker: SyncWorker;
  try {
    worker = await createWorker(connection, config, server, taskQueue, store, logger);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const stopped = worker.run().finally(() => connection.close());
  // Its failure must not end the process before somebody awaits it.
  stopped.catch(() => undefined);
  return {
    stopped,
    stop: async () => {
      worker.shutdown();
      await stopped.catch(() => undefined);
    },
  };
}

async function createWorker(
  connection: NativeConnection,
  config: Config,
  { target: { namespace }, uiUrl }: TemporalServer,
  taskQueue: string,
  store: Store,
  logger: Logger,
): Promise<SyncWorker> {
  if (uiUrl === undefined) await ensureSearchAttributes(connection, namespace);
  const grants = openGrants(config);
  const sources = await openSources(config.providers, {
    program: gitProgram,
    cacheBytes: config.clonesBytes,
    localRoots: async () => [...config.localRoots, ...(await grants.folders())],
  });
  return createSyncWorker({ connection, namespace, taskQueue, bundle: BUNDLE, store, sources, program: gitProgram, logger, home: config.home });
}
