import { setTimeout as delay } from 'node:timers/promises';
import { FatalError } from '../model/errors.ts';
import { signalGroup } from './group.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';

const POLL_MS = 5;
/** A killed process is gone once the kernel has freed its memory. */
const KILL_MS = 10_000;

/**
 * Ends a process that leads its own group, with the group, and waits until it is gone. Does nothing
 * when it has ended already, whoever has the pid now.
 * @param graceMs Time between SIGTERM and SIGKILL.
 */
export async function endGroup(leader: ProcessIdentity, graceMs: number): Promise<void> {
  if (!isAlive(leader)) return;
  signalGroup(leader.pid, 'SIGTERM');
  await gone(leader, graceMs);
  // Also for what the leader has left behind.
  signalGroup(leader.pid, 'SIGKILL');
  if (!(await gone(leader, KILL_MS))) {
    throw new FatalError(`process ${leader.pid} doesn't end, not even by SIGKILL; end it and try again`);
  }
}

async function gone(leader: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isAlive(leader)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
