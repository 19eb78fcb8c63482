import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { startCommand, startWorkerCommand } from '../support/command.ts';
import { until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';

it("'org-sync temporal' goes to the database's embedded server, whatever port that had to take", async () => {
  const folder = tempFolder();
  // Whoever has the default port: the embedded server takes another one.
  const occupier = createServer()
    .listen(7233, '127.0.0.1')
    .on('error', () => undefined);
  const settings = { DATABASE_URL: `sqlite:///${join(folder, 'org-sync.db')}`, ORG_SYNC_HOME: join(folder, 'home') };
  const up = startCommand(['up'], settings);
  try {
    await until('the server is up', () => up.output().includes('Ctrl-C'));
    const address = /Temporal (127\.0\.0\.1:\d+)/.exec(up.output())?.[1];
    expect(address).not.toBe('127.0.0.1:7233');
    const words = startCommand(['temporal', 'operator', 'cluster', 'health'], settings);
    expect(await words.ended, words.output()).toBe(0);
    expect(words.output()).toContain('SERVING');
  } finally {
    await up.end('SIGTERM');
    if (occupier.listening) await once(occupier.close(), 'close');
  }
});

it("'org-sync worker --check' tells whether a worker on this machine takes work", async () => {
  const settings = { TEMPORAL_ADDRESS: inject('temporalAddress'), ORG_SYNC_HOME: join(tempFolder(), 'home') };
  const check = () => startCommand(['worker', '--check', '--task-queue', 'checked'], settings);
  const before = check();
  expect(await before.ended, before.output()).toBe(1);
  const worker = await startWorkerCommand(tempFolder(), { address: settings.TEMPORAL_ADDRESS, taskQueue: 'checked' });
  try {
    const after = check();
    expect(await after.ended, after.output()).toBe(0);
  } finally {
    await worker.end('SIGTERM');
  }
});
