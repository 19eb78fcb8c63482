import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, type Payload } from '@temporalio/common';
import { expect, test } from 'vitest';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { holdGitHere } from '../support/held-git.ts';
import { middleOf, progressOf, startRun, until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';

const folder = tempFolder();
const worker = forThisFile(() => startTestWorker(folder));

/** Payloads that the SDK's converter can't decode, as a client or the Web UI can send them. */
const UNDECODABLE: Payload[] = [
  {},
  { metadata: {}, data: Buffer.from('{}') },
  { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"rows":') },
  { metadata: { encoding: Buffer.from('json/protobuf') }, data: Buffer.from('{}') },
  { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from([0xff, 0, 1]) },
  { metadata: { encoding: Buffer.from([0xff, 0xfe]) } },
];

/** Deeper than a recursive function gets. */
const NESTED: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) };

/** Arguments of `repositoryProgress` that are none. */
function invalidProgress(workflowId: string): unknown[][] {
  const valid = { workflowId, repository: 'x', stage: 'commits', rows: { git_commits: 1 } };
  const others = [null, [], 'x', 7, true, {}, [valid], { ...valid, workflowId: 7 }, { workflowId }, { ...valid, stage: 'constructor' }];
  const rows = [null, [], 'x', -1, { git_commits: -1 }, { git_commits: 1.5 }, { git_commits: '7' }, { git_commits: null }, { nothing: 1 }, { __proto__: 1 }];
  const pauses = [null, 'x', {}, { reason: 7 }, { reason: 'x', until: 'tomorrow' }, { reason: 'x', until: null }];
  return [
    [],
    ...others.map((argument) => [argument]),
    ...rows.map((each) => [{ ...valid, rows: each }]),
    ...pauses.map((pause) => [{ ...valid, pause }]),
    [{ ...valid, stage: 'x'.repeat(500_000) }],
    [{ ...valid, rows: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`t${index}`, index])) }],
    [{ ...valid, workflowId: 'repo-sync/no/child' }],
  ];
}

async function signalRaw({ client }: TestWorker, workflowId: string, signalName: string, payloads: Payload[]): Promise<void> {
  const { workflowService } = client.connection as unknown as { workflowService: { signalWorkflowExecution(request: object): Promise<unknown> } };
  await workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    signalName,
    input: { payloads },
    identity: 'test',
    requestId: randomUUID(),
  });
}

/** Causes of the workflow tasks that failed; a task that fails is retried for ever. */
async function failedTasks({ client }: TestWorker, workflowId: string): Promise<unknown[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? []);
}

test('signals, queries and updates that no workflow expects are ignored, and the run goes on to its end', async () => {
  const path = join(folder, 'repos', 'deep');
  makeDeepRepository(path, { commits: 150, files: 40, changes: 3 });
  using git = holdGitHere(folder);
  const run = await startRun(worker(), [join(folder, 'repos')]);
  await middleOf(worker().client, run, 'files-and-blame');
  const child = worker().client.workflow.getHandle(`repo-sync/local${path}`);
  // Its own signal would replace what the test sends.
  await until('the child has shown its stage', async () => (await progressOf(run)).running[0]?.stage === 'files-and-blame');

  for (const args of invalidProgress(child.workflowId)) {
    await run.signal('repositoryProgress', ...args);
    await child.signal('repositoryProgress', ...args);
  }
  const progress = { workflowId: child.workflowId, repository: 'another', stage: 'prepare', rows: { git_refs: 7 } };
  await run.signal('repositoryProgress', { ...progress, pause: { reason: 'x'.repeat(500_000), until: '2026-01-01T00:00:00.000Z' } });
  const { running } = await progressOf(run);
  expect(running).toEqual([{ ...progress, repository: 'deep', pause: { reason: expect.stringMatching(/^x{100,500}…$/), until: '2026-01-01T00:00:00.000Z' } }]);

  for (const handle of [run, child]) {
    for (const name of ['nothing', 'toString', '__proto__', 'progress']) await handle.signal(name, null, { a: [1] });
    for (const name of ['pause', 'resume']) await handle.signal(name, null, 'x'.repeat(100_000));
    for (const payload of [...UNDECODABLE, NESTED]) {
      for (const name of ['repositoryProgress', 'pause', 'resume', 'nothing']) await signalRaw(worker(), handle.workflowId, name, [payload]);
    }
    await expect(handle.query('nothing')).rejects.toThrow();
    await expect(handle.executeUpdate('nothing', { args: [null] })).rejects.toThrow();
  }
  for (const args of [[null], [[], 'x'], ['x'.repeat(100_000)]]) expect(await run.query('progress', ...args)).toMatchObject({ repositories: { listed: 1 } });
  git.release();

  expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 } });
  expect(await failedTasks(worker(), run.workflowId)).toEqual([]);
  expect(await failedTasks(worker(), child.workflowId)).toEqual([]);
});

test.each(['orgSync', 'repoSync', 'nothing', 'toString', 'constructor', 'hasOwnProperty', '__proto__'])(
  'an input of %s that cannot be decoded fails the workflow at once',
  async (type) => {
    for (const payload of UNDECODABLE) {
      const { client, taskQueue } = worker();
      const workflowId = `test/${randomUUID()}`;
      const { workflowService } = client.connection as unknown as { workflowService: { startWorkflowExecution(request: object): Promise<unknown> } };
      await workflowService.startWorkflowExecution({
        namespace: 'default',
        workflowId,
        workflowType: { name: type },
        taskQueue: { name: taskQueue },
        input: { payloads: [payload] },
        identity: 'test',
        requestId: randomUUID(),
      });
      const error = await client.workflow
        .getHandle(workflowId)
        .result()
        .catch((reason: unknown) => reason);
      if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw new Error(`the workflow didn't fail: ${error}`);
      expect(error.cause.type).toBe(['orgSync', 'repoSync'].includes(type) ? 'InvalidInput' : 'UnknownWorkflowType');
      expect(await failedTasks(worker(), workflowId)).toEqual([]);
    }
  },
);
