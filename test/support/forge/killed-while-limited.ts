import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { progressOf, type startGitHubRun, until } from '../runs.ts';
import { limitTimers } from '../summaries.ts';
import type { WorkerCommands } from '../worker-commands.ts';
import type { RequestRecord } from './exchange.ts';
import { sentWhileLimited } from './requests.ts';

/** A sync of `acme`, which has one repository, whose pull requests meet a limit. */
export interface LimitedSync {
  server: { requests: RequestRecord[]; unmetFaults(): unknown[] };
  /** For the database and the clone. */
  folder: string;
  /** By which workers find the host. */
  settings: Record<string, string>;
  start: typeof startGitHubRun;
  /** Id of the repository's workflow. */
  child: string;
  /** What progress says of the limit. */
  reason: string;
}

/** Kills the worker while the limit is waited for, and starts another once the wait is over: the run ends well. */
export async function killWhileLimited(workers: WorkerCommands, { server, folder, settings, start, ...told }: LimitedSync): Promise<void> {
  const taskQueue = `test-${randomUUID()}`;
  const client = workers.client();
  const worker = await workers.start(folder, taskQueue, undefined, settings);
  const run = await start({ client, taskQueue }, 'acme');
  const child = client.workflow.getHandle(told.child);

  const pause = await until('progress names the pause', async () => {
    const { running } = await progressOf(run);
    return running.find(({ stage }) => stage === 'pull-requests')?.pause;
  });
  expect(pause).toEqual({ reason: expect.stringContaining(told.reason), until: expect.any(String) });
  expect(await limitTimers(child)).toMatchObject([{ summary: `rate limit: pull-requests waits for ${pause.until}`, endedAt: undefined }]);
  await worker.end('SIGKILL');

  const asked = server.requests.length;
  await until('the timer fires with no worker there', async () => (await limitTimers(child)).every(({ endedAt }) => endedAt !== undefined), 300);
  expect(server.requests).toHaveLength(asked);
  await workers.start(folder, taskQueue, undefined, settings);
  expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 }, failures: [] });

  expect(await limitTimers(child)).toHaveLength(1);
  expect(server.unmetFaults()).toEqual([]);
  expect(sentWhileLimited(server.requests)).toEqual([]);
}
