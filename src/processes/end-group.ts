import { setTimeout as delay } from 'node:timers/promises';
import { FatalError } from '../model/errors.ts';
import { signalGroup } from './group.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';

const POLL_MS = 5;
/** A killed process is gone once the kernel has freed its memory. */
const KILL_MS = 10_000;

/**
 * Ends a process group and waits until its leader is gone. Does nothing if that has ended already, even if its pid is
 * in use again.
 * @param graceMs Time between SIGTERM and SIGKILL.
 */
export async function endGroup(leader: ProcessIdentity, graceMs: number): Promise<void> {
  if (!isAlive(leader)) return;
  signalGroup(leader.pid, 'SIGTERM');
  await gone(leader, graceMs);
  // Also ends what the leader left running.
  signalGroup(leader.pid, 'SIGKILL');
  if (!(await gone(leader, KILL_MS))) {
    throw new FatalError(`process ${leader.pid} did not end, not even after SIGKILL; end it and try again`);
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
