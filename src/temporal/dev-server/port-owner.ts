import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { CHEAP_IDENTITY, statFields } from '../../processes/identity.ts';

/**
 * Whether this process group listens on a TCP port. An answer on the port may come from another server that took it just
 * before ours. It is the group that counts, because a CLI may be a script that starts the real one.
 */
export function listensOn(port: number, group: number): boolean {
  return CHEAP_IDENTITY ? listensOnLinux(port, group) : listensByLsof(port, group);
}

function listensOnLinux(port: number, group: number): boolean {
  const socket = findListeningSocket(port, group);
  if (socket === undefined) return false;
  return holds(group, socket) || listMembers(group).some((pid) => holds(pid, socket));
}

/** Returns the name in `/proc/<pid>/fd` of the socket that listens on the port. */
function findListeningSocket(port: number, pid: number): string | undefined {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of (read(() => readFileSync(`/proc/${pid}/net/tcp`, 'utf8')) ?? '').split('\n')) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (local?.endsWith(address) && state === '0A') return `socket:[${inode}]`;
  }
  return undefined;
}

function listMembers(group: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid !== group && statFields(pid)?.[2] === String(group));
}

function holds(pid: number, socket: string): boolean {
  const descriptors = read(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return descriptors.some((fd) => read(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === socket);
}

/** Processes may end and close files meanwhile. */
function read<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function listensByLsof(port: number, group: number): boolean {
  try {
    execFileSync('lsof', ['-nP', '-a', '-g', String(group), `-iTCP:${port}`, '-sTCP:LISTEN'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // Exit code 1: nothing was found. Without lsof, the answer on the port has to be enough.
    return (error as { status?: number }).status !== 1;
  }
}
