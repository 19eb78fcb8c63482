import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../../activities/index.ts';
import type { GitProgram } from '../git/program.ts';
import { makeHome } from '../home.ts';
import { DEFAULT_TASK_QUEUE, gitTaskQueue } from '../model/workflow-ids.ts';
import type { Sources } from '../providers/index.ts';
import { CLONES_MARK } from '../providers/local/discover.ts';
import type { Store } from '../stores/store.ts';
import { readHomeId } from './home-id.ts';
import { readNamespaceId } from './namespace-id.ts';

export interface SyncWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue?: string;
  /** File with the bundled workflow code. */
  bundle: string;
  store: Store;
  sources: Sources;
  program: GitProgram;
  logger: Logger;
  /** Where clones are kept. */
  home: string;
}

/** A worker. `run` resolves when `shutdown` has been called and its activities have stopped. */
export interface SyncWorker {
  run(): Promise<void>;
  shutdown(): void;
}

/**
 * Creates a worker. It polls one task queue for workflows and for activities that any worker can run, and another one for
 * activities that read the clones on this machine's disk. Workers with the same home share the second queue.
 */
export async function createSyncWorker(options: SyncWorkerOptions): Promise<SyncWorker> {
  const { connection, namespace, home, store, sources, program, logger, taskQueue = DEFAULT_TASK_QUEUE } = options;
  const clones = join(home, 'clones');
  makeHome(home);
  await writeFile(join(clones, CLONES_MARK), '');
  const gitQueue = gitTaskQueue(taskQueue, await readHomeId(home));
  const activities = createActivities({
    ...{ store, sources, program, logger, clones, gitTaskQueue: gitQueue, processes: availableParallelism() },
    namespaceId: await readNamespaceId(connection, namespace),
  });
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace,
    activities,
    // A killed worker loses what it has done since its last heartbeat.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '1s',
    shutdownForceTime: '20s',
  };
  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue, workflowBundle: { codePath: options.bundle } }),
    Worker.create({ ...common, taskQueue: gitQueue }),
  ]);
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    run: async () => {
      // Each needs the other. And wait for both, because they share what is closed afterwards.
      const ends = await Promise.allSettled(workers.map((worker) => worker.run().finally(shutdown)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    shutdown,
  };
}
