import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { type Command, startCommand, startWorkerCommand } from '../support/command.ts';
import { until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';
import { orgSync } from './support/org-sync.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

it("'org-sync temporal' goes to the database's embedded server, whatever port that had to take", async () => {
  const folder = tempFolder();
  const settings = { DATABASE_URL: `sqlite:///${join(folder, 'org-sync.db')}`, ORG_SYNC_HOME: join(folder, 'home') };
  const { up, address, release } = await startElsewhere(settings);
  try {
    expect(address).not.toBe(DEFAULT);
    const words = startCommand(['temporal', 'operator', 'cluster', 'health'], settings);
    expect(await words.ended, words.output()).toBe(0);
    expect(words.output()).toContain('SERVING');
  } finally {
    await up.end('SIGTERM');
    release();
  }
});

it("'org-sync temporal' does without a server only what needs none", async () => {
  const folder = tempFolder();
  const { folder: work, refusal } = makeRefuser(folder);
  for (const words of [
    ['workflow', 'list'],
    ['operator', 'cluster', 'health'],
  ]) {
    expect(onlyProblem(await refusal(['temporal', ...words], { env: { DATABASE_URL: 'postgresql://me:s3cret@host/facts' } }))).toBe(
      "the Temporal server of database postgresql://me@host/facts is not running: start it with 'org-sync up', or name another server with --address or TEMPORAL_ADDRESS",
    );
  }
  const env = { ORG_SYNC_HOME: join(folder, 'other-home'), TEMPORAL_CLI: inject('temporalCli') };
  expect(await orgSync(['temporal', '--version'], { cwd: work, env })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^temporal version/) });
  const elsewhere = ['temporal', 'operator', 'cluster', 'health', '--address', inject('temporalAddress')];
  expect(await orgSync(elsewhere, { cwd: work, env })).toMatchObject({ code: 0, stdout: expect.stringContaining('SERVING') });
});

it("'org-sync worker --check' tells whether a worker on this machine takes work", async () => {
  const settings = { TEMPORAL_ADDRESS: inject('temporalAddress'), ORG_SYNC_HOME: join(tempFolder(), 'home') };
  const check = () => startCommand(['worker', '--check', '--task-queue', 'checked'], settings);
  const before = check();
  expect(await before.ended, before.output()).toBe(1);
  const worker = await startWorkerCommand(tempFolder(), { address: settings.TEMPORAL_ADDRESS, taskQueue: 'checked' });
  try {
    // A worker asks for work just after it has said that it works.
    await until('a check finds the worker', async () => {
      const after = check();
      const code = await after.ended;
      expect([0, 1], after.output()).toContain(code);
      return code === 0;
    });
  } finally {
    await worker.end('SIGTERM');
  }
});

it('a server that is slow to answer is waited for', async () => {
  const { hostname, port } = new URL(`tcp://${inject('temporalAddress')}`);
  const relay = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    for (const end of [socket, onward]) end.on('error', () => socket.destroy());
    socket.pipe(onward);
    setTimeout(() => onward.pipe(socket), 6_000);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const check = startCommand(['worker', '--check', '--task-queue', 'slow'], { TEMPORAL_ADDRESS: address, ORG_SYNC_HOME: join(tempFolder(), 'home') });
  try {
    expect(await check.ended, check.output()).toBe(1);
    expect(check.output()).toContain("No worker on this machine polls task queue 'slow'.");
  } finally {
    relay.close();
  }
});

/** Where an embedded server is that can choose. */
const DEFAULT = '127.0.0.1:7233';

/** Starts `org-sync up` while somebody has the default port: this process, where nobody else has. */
async function startElsewhere(settings: Record<string, string>): Promise<{ up: Command; address: string; release: () => void }> {
  for (;;) {
    const occupier = createServer().listen(7233, '127.0.0.1').unref();
    const occupied = await once(occupier, 'listening').then(
      () => true,
      () => false,
    );
    const up = startCommand(['up'], settings);
    try {
      const address = await until('the server is up', () => /Temporal (127\.0\.0\.1:\d+).* Ctrl-C/.exec(up.output())?.[1]);
      if (occupied || address !== DEFAULT) return { up, address, release: () => occupier.close() };
    } catch (error) {
      await up.end('SIGTERM');
      throw error;
    }
    // Somebody else had it, and has let go of it meanwhile.
    await up.end('SIGTERM');
  }
}
