import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { foreignEnvironment, inheritedEnvironment } from '../../src/config.ts';
import { ROOT } from '../support/build.ts';
import { type Memory, settledMemory, watchPeak } from '../support/memory.ts';
import { type Running, start } from '../support/run.ts';
import { type Timing, timed } from '../support/timing.ts';

/** Where a command keeps its clones, its Temporal server and its database. */
export interface Place {
  /** Folder for all of it; made when missing. */
  folder: string;
  /** The Temporal CLI to use. */
  cli: string;
  signal: AbortSignal;
}

/** What one command took, from its start until it was gone. */
export interface CommandRun extends Timing {
  /** Until its workflow was started. */
  secondsToStart: number | undefined;
  /** Peak memory in bytes of the process that the worker runs in. */
  peak: number | undefined;
}

/** Our settings that must not reach the measured command. */
const WITHHELD = /^(ORG_SYNC_|TEMPORAL_|DATABASE_|DB_CONN_|GIT|LOG_LEVEL$|NODE_OPTIONS$|NODE_V8_COVERAGE$)/;

/** Path of a place's database. */
export function databaseOf({ folder }: Place): string {
  return join(folder, 'facts.db');
}

/** Runs `org-sync sync local <path>` to its end. */
export async function runSync(place: Place, path: string): Promise<CommandRun> {
  let secondsToStart: number | undefined;
  let peak: number | undefined;
  const timing = await timed(async () => {
    const begun = performance.now();
    const { child, ended } = startCommand(place, ['sync', 'local', path]);
    child.stdout?.resume();
    child.stderr?.on('data', (text: Buffer) => {
      if (text.includes('Web UI: ')) secondsToStart ??= (performance.now() - begun) / 1_000;
    });
    if (child.pid !== undefined) peak = await watchPeak(child.pid, ended);
    await ended;
  });
  return { ...timing, secondsToStart, peak };
}

/** Memory of a worker that has nothing to do: `org-sync up`. */
export async function idleMemory(place: Place): Promise<Memory | undefined> {
  const { child, ended } = startCommand(place, ['up']);
  if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), ended]);
  child.stdout?.resume();
  const memory = child.pid === undefined ? undefined : await settledMemory(child.pid, place.signal);
  child.kill('SIGTERM');
  await ended;
  return memory;
}

/** Runs `org-sync` with some words to its end. @param settings More environment. */
export function runCommand(place: Place, words: readonly string[], settings: Record<string, string>): Promise<Timing> {
  return timed(async () => {
    const { child, ended } = startCommand(place, words, settings);
    child.stdout?.resume();
    await ended;
  });
}

function startCommand(place: Place, words: readonly string[], settings: Record<string, string> = {}): Running {
  const { folder, cli, signal } = place;
  mkdirSync(folder, { recursive: true });
  const inherited = Object.entries(foreignEnvironment()).filter(([name]) => !WITHHELD.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    // With this Node the command needs no other one: its process is the worker's.
    PATH: [dirname(process.execPath), inheritedEnvironment.PATH].join(delimiter),
    ORG_SYNC_HOME: join(folder, 'home'),
    TEMPORAL_CLI: cli,
    ...settings,
  };
  return start(join(ROOT, 'bin', 'org-sync'), [...words, '--db', `sqlite:///${databaseOf(place)}`], { cwd: folder, env, signal }, 'pipe');
}
