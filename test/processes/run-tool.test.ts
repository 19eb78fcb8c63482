import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FatalError } from '../../src/model/errors.ts';
import { isAlive, type ProcessIdentity } from '../../src/processes/identity.ts';
import { runTool } from '../../src/processes/run-tool.ts';
import { until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder();
const env = { PATH: process.env['PATH'] };

const runShell = (script: string, options: Partial<Parameters<typeof runTool>[0]> = {}) =>
  runTool({ command: 'sh', args: ['-c', script], cwd: folder, env, signal: new AbortController().signal, ...options });

it('a tool that succeeds has run in its folder, with the environment it was given and no other', async () => {
  await runShell('pwd > here; env > env', { env: { ...env, GIVEN: 'yes' } });
  expect(readFileSync(join(folder, 'here'), 'utf8')).toBe(`${folder}\n`);
  const names = readFileSync(join(folder, 'env'), 'utf8')
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(names).toContain('GIVEN');
  expect(names).not.toContain('HOME');
});

it('a tool that fails is reported with the last lines of its output, without the noise', async () => {
  const error: unknown = await runShell('seq 100; echo progress 5% >&2; echo; exit 3', { noise: /^progress/ }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FatalError);
  expect((error as FatalError).message).toBe(['it ended with 3', ...Array.from({ length: 12 }, (_, line) => String(89 + line))].join('\n  '));
});

it('a tool that is killed is reported with the signal', async () => {
  await expect(runShell('kill -s KILL $$')).rejects.toThrow('it ended with SIGKILL');
});

it('a tool that is not there is reported', async () => {
  await expect(runTool({ command: 'no-such-tool', args: [], cwd: folder, env, signal: new AbortController().signal })).rejects.toThrow('ENOENT');
});

it('an abort ends the tool with its children, even those that ignore SIGTERM, for the reason of the abort', async () => {
  const controller = new AbortController();
  const ready = join(folder, 'ready');
  let leader: ProcessIdentity | undefined;
  const onStart = (identity: ProcessIdentity) => {
    leader = identity;
  };
  const running = runShell(`sh -c "trap '' TERM; touch '${ready}'; while :; do sleep 1; done" & wait`, { signal: controller.signal, onStart });
  await until('the child runs', () => existsSync(ready));
  expect(leader).toBeDefined();
  controller.abort(new Error('stopped by the test'));
  await expect(running).rejects.toThrow('stopped by the test');
  expect(isAlive(leader as ProcessIdentity)).toBe(false);
  await until('the group is gone', () => isGroupGone((leader as ProcessIdentity).pid));
});

function isGroupGone(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
