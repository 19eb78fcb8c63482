import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { type Command, startWorkerCommand } from './command.ts';
import { tempFolder } from './temp.ts';

/** A machine: a Temporal server, and a worker in a process of its own. */
export interface Home extends AsyncDisposable {
  client: Client;
  taskQueue: string;
  worker: Command;
}

export interface HomeOptions {
  /** Of the Temporal server. */
  address: string;
  databaseUrl: string;
  /** Absent: one of its own. */
  home?: string;
  /** More settings. */
  env?: Record<string, string>;
}

/** Starts the worker, which ends with the home. */
export async function startHome({ address, databaseUrl, home, env = {} }: HomeOptions): Promise<Home> {
  const taskQueue = `test-${randomUUID()}`;
  const worker = await startWorkerCommand(tempFolder(), { address, taskQueue, databaseUrl, env, ...(home !== undefined && { home }) });
  const connection = await Connection.connect({ address, connectTimeout: '60s' });
  return {
    client: new Client({ connection }),
    taskQueue,
    worker,
    [Symbol.asyncDispose]: async () => {
      // One that a failed test has left stopped doesn't hear of anything else.
      await worker.end('SIGKILL');
      await connection.close();
    },
  };
}
