import { hostname } from 'node:os';
import type { TemporalTarget } from '../config.ts';
import { connectClient } from '../temporal/connection.ts';
import { hasWorker } from '../temporal/pollers.ts';
import { EXIT } from './exit.ts';
import { print } from './output.ts';

/** Tells whether a worker on this machine takes work from a task queue, for health checks. Gives the exit code. */
export async function checkWorker(target: TemporalTarget, taskQueue: string): Promise<number> {
  const client = await connectClient(target);
  try {
    const works = await hasWorker(client, taskQueue, hostname());
    print(`${works ? 'A' : 'No'} worker on this machine takes work from task queue '${taskQueue}'.`);
    return works ? EXIT.ok : EXIT.someFailed;
  } finally {
    await client.connection.close();
  }
}
