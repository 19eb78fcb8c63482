import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Identifies a process for good: its pid alone may be reused after its end. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in a form that only this module reads; different for any other process with the pid. */
  started: string;
}

/** Whether processes can be inspected without starting one; decides how often that is done. */
export const CHEAP_IDENTITY = existsSync('/proc/self/stat');

/** The process that has this pid now; undefined if there is none, or only a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = CHEAP_IDENTITY ? startOnLinux(pid) : startFromPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Identity of this process. */
export function ownIdentity(): ProcessIdentity {
  const self = identify(process.pid);
  if (self === undefined) throw new Error(`process ${process.pid} can't find itself in the list of processes`);
  return self;
}

/** Whether this very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** Fields of /proc/<pid>/stat from the third (state) on; undefined without such a process. */
export function statFields(pid: number): string[] | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function startOnLinux(pid: number): string | undefined {
  const fields = statFields(pid);
  const [state] = fields ?? [];
  const ticks = fields?.[19];
  if (ticks === undefined || state === 'Z' || state === 'X') return undefined;
  // Ticks count from boot, and early processes have the same ones at every boot.
  return `${readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}/${ticks}`;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // ESRCH: the process ended between opening and reading.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env, encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch (error) {
    // ps ends with 1 when it finds none.
    if ((error as { status?: number }).status === 1) return undefined;
    throw error;
  }
}
