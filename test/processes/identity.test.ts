import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identify, isAlive, ownIdentity } from '../../src/processes/identity.ts';

it('this process is alive', () => {
  expect(isAlive(ownIdentity())).toBe(true);
});

it('a process that has ended is not alive, whoever has its pid', async () => {
  const child = spawn('sleep', ['1000']);
  await once(child, 'spawn');
  const identity = identify(Number(child.pid));
  expect(identity && isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isAlive(identity)).toBe(false);
  expect(isAlive({ pid: process.pid, started: String(identity?.started) })).toBe(false);
});
