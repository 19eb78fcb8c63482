import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** Leaders of the groups that run. */
const leaders = new Set<number>();

process.on('exit', () => {
  for (const leader of leaders) signalGroup(leader, 'SIGTERM');
});

/**
 * Starts a program that leads a process group of its own, so that the signals of a terminal reach only this process,
 * which decides what they mean. The group ends when this process exits, unless SIGKILL ends that.
 */
export function spawnGroup(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    leaders.add(pid);
    child.once('exit', () => leaders.delete(pid));
  }
  return child;
}

/** Ends a child of {@link spawnGroup} with its group; does nothing once it has exited, as its pid may be another one's. */
export function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) signalGroup(child.pid, signal);
}

/** Sends a signal to a process group; one that is gone is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
