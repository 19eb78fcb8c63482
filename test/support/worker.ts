import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { inject } from 'vitest';
import { gitProgram } from '../../src/config.ts';
import type { Sources } from '../../src/providers/index.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { createSyncWorker } from '../../src/temporal/worker.ts';
import { sourcesOf } from './sources.ts';

// Tests make things fail: what the SDK has to say about that isn't news.
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });

/** A worker in this process, on the shared Temporal server, with a queue of its own. */
export interface TestWorker extends AsyncDisposable {
  client: Client;
  taskQueue: string;
  store: Store;
}

export interface TestWorkerOptions {
  taskQueue?: string;
  /** Another Temporal server than the shared one. */
  address?: string;
  /** Another database than the one in the folder; what it lacks is migrated. */
  databaseUrl?: string;
  /** Folders it may read; absent: all. */
  roots?: readonly string[];
  /** In place of those that a worker has without any settings of its environment. */
  sources?: Partial<Sources>;
}

/**
 * Starts a worker.
 * @param folder Where its database (`org-sync.db`) and its clones lie.
 */
export async function startTestWorker(folder: string, options: TestWorkerOptions = {}): Promise<TestWorker> {
  const { taskQueue = `test-${randomUUID()}`, address = inject('temporalAddress'), roots = ['/'] } = options;
  const store = await openStore(options.databaseUrl ?? `sqlite:///${join(folder, 'org-sync.db')}`, { migrate: true });
  const connection = await NativeConnection.connect({ address });
  const worker = await createSyncWorker({
    connection,
    namespace: 'default',
    taskQueue,
    bundle: inject('workflowBundle'),
    store,
    program: gitProgram,
    sources: { ...(await sourcesOf(roots)), ...options.sources },
    logger: pino({ level: 'silent' }),
    home: join(folder, 'home'),
  });
  const stopped = worker.run();
  // On a busy machine a server that has just been started answers late. And another connection's failures to reach it,
  // as it was down, mustn't make this one wait.
  const late = { connectTimeout: '60s', channelArgs: { 'grpc.use_local_subchannel_pool': 1 } } as const;
  const client = new Client({ connection: await Connection.connect({ address, ...late }) });
  return {
    client,
    taskQueue,
    store,
    [Symbol.asyncDispose]: async () => {
      worker.shutdown();
      try {
        await stopped;
      } finally {
        await client.connection.close();
        await connection.close();
        await store.close();
      }
    },
  };
}
