import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeEmptyRepository } from '../support/repositories.ts';
import { tempFolder } from '../support/temp.ts';
import { orgSync } from './support/org-sync.ts';
import { onlyProblem } from './support/refusals.ts';

const folder = tempFolder();
makeEmptyRepository(join(folder, 'good'));

describe.concurrent('a server that cannot be worked with', () => {
  /** Settings for a command with a database and a home of its own. */
  const env = (name: string, more: Record<string, string>) => ({
    DATABASE_URL: `sqlite:///${join(folder, name)}.db`,
    ORG_SYNC_HOME: join(folder, `${name}-home`),
    TEMPORAL_CLI: '/bin/false',
    ...more,
  });
  const web = createServer((_, response) => response.end('<html>'));
  beforeAll(() => new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void web.close());

  it.each(['sync', 'worker'])('is one that nobody listens for: `%s` says so', async (command) => {
    const words = command === 'sync' ? ['sync', 'local', 'good'] : ['worker'];
    const { code, stderr } = await orgSync(words, { cwd: folder, env: env(`silent-${command}`, { TEMPORAL_ADDRESS: '127.0.0.1:1' }) });
    expect({ code, problem: onlyProblem(stderr) }).toEqual({
      code: 2,
      problem: expect.stringMatching(/^TEMPORAL_ADDRESS: no Temporal server answers at 127\.0\.0\.1:1 .*check the address/),
    });
  });

  it.each(['sync', 'worker'])('is one that speaks something else: %s', async (command) => {
    const address = `127.0.0.1:${(web.address() as AddressInfo).port}`;
    const words = command === 'sync' ? ['sync', 'local', 'good'] : ['worker'];
    const { code, stderr } = await orgSync(words, { cwd: folder, env: env(`web-${command}`, { TEMPORAL_ADDRESS: address }) });
    expect({ code, problem: onlyProblem(stderr) }).toEqual({
      code: 2,
      problem: expect.stringContaining(`TEMPORAL_ADDRESS: no Temporal server answers at ${address}`),
    });
  });

  it.each(['sync', 'worker'])('is one without the namespace: %s', async (command) => {
    const words = command === 'sync' ? ['sync', 'local', 'good'] : ['worker'];
    const more = { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: 'nobody-made-it' };
    const { code, stderr } = await orgSync(words, { cwd: folder, env: env(`namespace-${command}`, more) });
    expect({ code, problem: onlyProblem(stderr) }).toEqual({
      code: 2,
      problem: expect.stringContaining("has no namespace 'nobody-made-it'; create it or set another"),
    });
  });

  it('is one that does not take the name of a task queue: the reason is told', async () => {
    const args = ['sync', 'local', 'good', '--task-queue', 'q'.repeat(2_000)];
    const { code, stderr } = await orgSync(args, { cwd: folder, env: env('task-queue', { TEMPORAL_ADDRESS: inject('temporalAddress') }) });
    expect({ code, problem: stderr.trimEnd().split('\n').at(-1) }).toEqual({
      code: 2,
      problem: expect.stringMatching(/^error: .+: taskQueue length exceeds limit/),
    });
  });

  it('is a TEMPORAL_CLI that is something else', async () => {
    const { code, stderr } = await orgSync(['sync', 'local', 'good'], { cwd: folder, env: env('cli', {}) });
    expect({ code, problem: onlyProblem(stderr) }).toEqual({
      code: 2,
      problem: expect.stringContaining("TEMPORAL_CLI: '/bin/false' can't be used as the Temporal CLI"),
    });
  });
});
