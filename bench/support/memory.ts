import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Memory of a process, in bytes. */
export interface Memory {
  resident: number;
  /** The most that has been resident so far. */
  peak: number;
}

const run = promisify(execFile);
const PROC = platform() === 'linux';
const EVERY_MS = PROC ? 20 : 250;
const SETTLED_MS = 3_000;
const SETTLED_BYTES = 1_000_000;
const PATIENCE_MS = 30_000;

/** Undefined where it can't be measured, or the process is gone. */
export async function memoryOf(pid: number): Promise<Memory | undefined> {
  return PROC ? fromProc(pid) : fromPs(pid);
}

/**
 * Watches a process until it's gone.
 * @returns Its peak in bytes; undefined where it couldn't be measured. Without /proc it's the highest of four looks a second.
 */
export async function watchPeak(pid: number, ended: Promise<unknown>): Promise<number | undefined> {
  let gone = false;
  const end = () => {
    gone = true;
  };
  ended.then(end, end);
  let peak: number | undefined;
  while (!gone) {
    const now = await memoryOf(pid);
    if (now !== undefined) peak = Math.max(peak ?? 0, now.peak);
    await Promise.race([delay(EVERY_MS), ended.catch(() => undefined)]);
  }
  return peak;
}

/** Memory of a process once it has stayed the same for 3 seconds. */
export async function settledMemory(pid: number, signal: AbortSignal): Promise<Memory | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  let since = performance.now();
  let last = await memoryOf(pid);
  while (last !== undefined && performance.now() < deadline && performance.now() - since < SETTLED_MS) {
    await delay(250, undefined, { signal });
    const now = await memoryOf(pid);
    if (now === undefined || Math.abs(now.resident - last.resident) > SETTLED_BYTES) {
      since = performance.now();
      last = now;
    }
  }
  return last;
}

function fromProc(pid: number): Memory | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024;
  const memory = { resident: bytes('VmRSS'), peak: bytes('VmHWM') };
  // A process that has ended and isn't reaped yet has no memory.
  return Number.isNaN(memory.peak) ? undefined : memory;
}

async function fromPs(pid: number): Promise<Memory | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
    const resident = Number(stdout) * 1_024;
    return { resident, peak: resident };
  } catch {
    return undefined;
  }
}
