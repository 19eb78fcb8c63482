import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { until } from './runs.ts';

/** `org-sync …` in a process of its own. */
export interface Command {
  process: ChildProcess;
  /** All it has printed so far. */
  output: () => string;
  /** Sends a signal and waits for the end; gives the exit code, null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Exit code. */
  ended: Promise<number | null>;
}

export const PROGRAM = fileURLToPath(new URL('../../bin/org-sync', import.meta.url));

/** By the Node that runs the tests. */
const LAUNCH = [process.execPath, PROGRAM];

/**
 * Starts the real command.
 * @param env Settings; of this process's environment it gets what says where programs are.
 * @param launch Program and first arguments by which it's run.
 */
export function startCommand(args: readonly string[], env: Record<string, string>, [program = '', ...words]: readonly string[] = LAUNCH): Command {
  const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], TEMPORAL_CLI: inject('temporalCli') };
  const child = spawn(program, [...words, ...args], { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    output: () => output,
    ended,
    end: async (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/**
 * Starts `org-sync worker` and waits until it works.
 * @param folder Where its database (`org-sync.db`) lies, and its home unless another one is named.
 */
export async function startWorkerCommand(
  folder: string,
  { address, taskQueue, home = `${folder}/home`, databaseUrl = `sqlite:///${folder}/org-sync.db`, env = {} }: WorkerCommandOptions,
): Promise<Command> {
  const command = startCommand(['worker', '--task-queue', taskQueue, '--db', databaseUrl], {
    TEMPORAL_ADDRESS: address,
    ORG_SYNC_HOME: home,
    ORG_SYNC_LOCAL_ROOTS: '/',
    LOG_LEVEL: 'error',
    ...env,
  });
  await until('the worker works', () => {
    if (command.process.exitCode !== null) throw new Error(command.output());
    return command.output().includes('Ctrl-C');
  });
  return command;
}

export interface WorkerCommandOptions {
  address: string;
  taskQueue: string;
  home?: string;
  /** Another database than the one in the folder. */
  databaseUrl?: string;
  /** More settings. */
  env?: Record<string, string>;
}
