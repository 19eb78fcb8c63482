import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fullEnvironment } from '../../src/config.ts';
import { ROOT } from '../support/build.ts';
import { type Memory, settledMemory, watchPeak } from '../support/memory.ts';
import { type Running, start } from '../support/run.ts';

/** Where a command keeps its clones, its Temporal server and its database. */
export interface Place {
  /** Folder for all of it; made when missing. */
  folder: string;
  /** The Temporal CLI to use. */
  cli: string;
  signal: AbortSignal;
}

/** What one command took. */
export interface CommandRun {
  /** From its start until it is gone. */
  seconds: number;
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
  const begun = performance.now();
  const { child, ended } = startCommand(place, ['sync', 'local', path]);
  child.stdout?.resume();
  let secondsToStart: number | undefined;
  child.stderr?.on('data', (text: Buffer) => {
    if (text.includes('Web UI: ')) secondsToStart ??= (performance.now() - begun) / 1_000;
  });
  const peak = child.pid === undefined ? undefined : watchPeak(child.pid, ended);
  await ended;
  return { seconds: (performance.now() - begun) / 1_000, secondsToStart, peak: await peak };
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

function startCommand({ folder, cli, signal }: Place, words: readonly string[]): Running {
  mkdirSync(folder, { recursive: true });
  const inherited = Object.entries(fullEnvironment).filter(([name]) => !WITHHELD.test(name));
  const env = { ...Object.fromEntries(inherited), ORG_SYNC_HOME: join(folder, 'home'), TEMPORAL_CLI: cli };
  const database = `sqlite:///${databaseOf({ folder, cli, signal })}`;
  // Started by this Node, the command needs no other one: its process is the worker's.
  return start(process.execPath, [join(ROOT, 'bin', 'org-sync'), ...words, '--db', database], { cwd: folder, env, signal }, 'pipe');
}
