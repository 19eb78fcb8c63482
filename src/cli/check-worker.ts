import { hostname } from 'node:os';
import type { TemporalTarget } from '../config.ts';
import { connectClient } from '../temporal/connection.ts';
import { hasWorker } from '../temporal/pollers.ts';
import { EXIT } from './exit.ts';
import { printResult } from './output.ts';

/** Prints whether a worker on this machine polls a task queue, for health checks. Returns the exit code. */
export async function checkWorker(target: TemporalTarget, taskQueue: string): Promise<number> {
  const client = await connectClient(target);
  try {
    const polls = await hasWorker(client, taskQueue, hostname());
    printResult(`${polls ? 'A' : 'No'} worker on this machine polls task queue '${taskQueue}'.`);
    return polls ? EXIT.ok : EXIT.someFailed;
  } finally {
    await client.connection.close();
  }
}
