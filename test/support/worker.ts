import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { inject } from 'vitest';
import { localSource } from '../../src/sources/local/source.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { createSyncWorker } from '../../src/temporal/worker.ts';

/** A worker in this process, on the shared Temporal server, with a queue of its own. */
export interface TestWorker extends AsyncDisposable {
  client: Client;
  taskQueue: string;
  store: Store;
}

/**
 * Starts a worker that may read everything.
 * @param folder Where its database (`org-sync.db`) and its clones lie.
 */
export async function startTestWorker(folder: string, taskQueue = `test-${randomUUID()}`): Promise<TestWorker> {
  const address = inject('temporalAddress');
  const store = await openStore(`sqlite:///${join(folder, 'org-sync.db')}`);
  const connection = await NativeConnection.connect({ address });
  const worker = await createSyncWorker({
    connection,
    namespace: 'default',
    taskQueue,
    bundle: inject('workflowBundle'),
    store,
    sources: { local: localSource(async () => ['/']) },
    logger: pino({ level: 'silent' }),
    home: join(folder, 'home'),
  });
  const stopped = worker.run();
  const client = new Client({ connection: await Connection.connect({ address }) });
  return {
    client,
    taskQueue,
    store,
    [Symbol.asyncDispose]: async () => {
      worker.shutdown();
      await stopped;
      await client.connection.close();
      await connection.close();
      await store.close();
    },
  };
}
