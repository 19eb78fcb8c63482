import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, inject } from 'vitest';
import { type Command, startWorkerCommand } from './command.ts';

/** Workers on the shared Temporal server in processes of their own, for tests that kill them. */
export interface WorkerCommands {
  client(): Client;
  /**
   * @param home Another home than the one in `folder`, where the database lies.
   * @param env More settings.
   */
  start(folder: string, taskQueue: string, home?: string, env?: Record<string, string>): Promise<Command>;
}

/** For the calling test file; what is left of the workers is ended when it has run. */
export function workerCommands(): WorkerCommands {
  const address = inject('temporalAddress');
  const commands: Command[] = [];
  let client: Client | undefined;
  beforeAll(async () => {
    client = new Client({ connection: await Connection.connect({ address, connectTimeout: '60s' }) });
  });
  afterAll(async () => {
    for (const command of commands) await command.end('SIGKILL');
    await client?.connection.close();
  });
  return {
    client: () => client as Client,
    start: async (folder, taskQueue, home, env) => {
      const command = await startWorkerCommand(folder, { address, taskQueue, ...(home !== undefined && { home }), ...(env && { env }) });
      commands.push(command);
      return command;
    },
  };
}
