import { randomUUID } from 'node:crypto';
import type { OrgSyncInput } from '../../src/model/input.ts';
import type { OrgSyncResult } from '../../src/model/progress.ts';
import { startTestWorker, type TestWorker } from './worker.ts';

/** Runs `orgSync` on a worker to its end. */
export async function runSync({ client, taskQueue }: TestWorker, input: OrgSyncInput): Promise<OrgSyncResult> {
  return client.workflow.execute('orgSync', { taskQueue, workflowId: `org-sync/test/${randomUUID()}`, args: [input] });
}

/** Runs one sync of local paths with a worker that lives just as long. */
export async function syncOnce(folder: string, paths: string[], options: Partial<OrgSyncInput> = {}): Promise<OrgSyncResult> {
  await using worker = await startTestWorker(folder);
  // Awaited here: the worker lives until this function ends.
  return await runSync(worker, { provider: 'local', paths, ...options });
}
