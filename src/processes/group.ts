import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** Leaders of the groups that run, and the signal that ends each when this process exits. */
const leaders = new Map<number, NodeJS.Signals>();

process.on('exit', () => {
  for (const [leader, signal] of leaders) signalGroup(leader, signal);
});

/**
 * Starts a program that leads a process group of its own, so that the signals of a terminal reach only this process,
 * which decides what they mean. The group ends when this process exits, unless SIGKILL ends that.
 * @param exitSignal What the group gets then.
 */
export function spawnGroup(command: string, args: readonly string[], options: SpawnOptions, exitSignal: NodeJS.Signals): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    leaders.set(pid, exitSignal);
    child.once('exit', () => leaders.delete(pid));
  }
  return child;
}

/** Sends a signal to a process group; one that is gone is not an error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
