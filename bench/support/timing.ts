import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/** What work took. */
export interface Timing {
  /** On the clock. */
  seconds: number;
  /** Of processors, by all processes that were started and have ended meanwhile; undefined where it can't be measured. */
  cpu: number | undefined;
}

/** Times work. No other may run meanwhile, or its processes are counted too. */
export async function timed(work: () => Promise<unknown>): Promise<Timing> {
  const cpuBefore = cpuOfChildren();
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  const cpuAfter = cpuOfChildren();
  return { seconds, cpu: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore };
}

/** One after the other. */
export function sum(timings: readonly Timing[]): Timing {
  const cpus = timings.map(({ cpu }) => cpu);
  return {
    seconds: timings.reduce((total, { seconds }) => total + seconds, 0),
    cpu: cpus.includes(undefined) ? undefined : cpus.reduce((total: number, cpu) => total + (cpu ?? 0), 0),
  };
}

/** Linux tells of processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Seconds that ended children of this process, and theirs, have worked. Source: proc_pid_stat(5), cutime and cstime */
function cpuOfChildren(): number | undefined {
  if (platform() !== 'linux') return undefined;
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}
