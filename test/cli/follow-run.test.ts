import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { followRun } from '../../src/cli/run.ts';
import { until } from '../support/runs.ts';
import { startOwnServer } from '../support/temporal-server.ts';

it('a server that stands still for longer than calls may take is waited for', async () => {
  await using server = await startOwnServer();
  let asked = 0;
  const connection = await Connection.connect({
    address: server.address,
    connectTimeout: '60s',
    interceptors: [
      (options, next) => {
        if (options.method_definition.path.endsWith('/GetWorkflowExecutionHistory')) asked += 1;
        // What calls are given otherwise, half a minute and more, is too long for a test.
        return next({ ...options, deadline: Date.now() + 2_000 }) as never;
      },
    ],
  });
  try {
    const client = new Client({ connection });
    const workflowId = randomUUID();
    const options = { workflowId, taskQueue: workflowId, workflowIdConflictPolicy: 'USE_EXISTING' } as const;
    await until('the run is started', () => client.workflow.start('orgSync', options).catch(() => undefined));
    const followed = followRun(client, client.workflow.getHandle(workflowId), { show: () => undefined, note: () => undefined, end: () => undefined });
    let outcome: string | undefined;
    followed.then(
      () => {
        outcome = 'ended';
      },
      (error: Error) => {
        outcome = error.message;
      },
    );
    await until('the result is asked for', () => asked > 0);
    server.signal('SIGSTOP');
    const before = asked;
    // One may have been answered as the server stopped; the next one wasn't.
    await until('a call has failed and is repeated', () => {
      expect(outcome).toBeUndefined();
      return asked > before + 1;
    });
    server.signal('SIGCONT');
    const handle = client.workflow.getHandle(workflowId);
    await until('the run is terminated', () =>
      handle.terminate('by the test').then(
        () => true,
        () => false,
      ),
    );
    await until('the end of the run is seen', () => outcome);
    expect(outcome).toContain('the sync was terminated');
  } finally {
    await connection.close();
  }
});
