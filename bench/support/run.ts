import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Written to its standard input. */
  input?: string | Buffer;
  /** Ends the process by SIGTERM; the run still waits until it's gone. */
  signal: AbortSignal;
}

/** A process that runs out of reach of the terminal's signals. */
export interface Running {
  child: ChildProcess;
  /** Settles when it is gone: rejects, with what it complained about, where it failed. */
  ended: Promise<void>;
}

/** Starts a program; what it writes to standard output is thrown away unless `stdout` is 'pipe'. */
export function start(command: string, args: readonly string[], options: RunOptions, stdout: 'ignore' | 'pipe' = 'ignore'): Running {
  options.signal.throwIfAborted();
  const { cwd, env, input, signal } = options;
  const spawned: SpawnOptions = {
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', stdout, 'pipe'],
    signal,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  };
  const child = spawn(command, args, spawned);
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  const complaints = child.stderr === null ? Promise.resolve('') : text(child.stderr);
  const ended = new Promise<void>((resolve, reject) => {
    let unspawned: Error | undefined;
    child.on('error', (error) => {
      unspawned = error;
    });
    child.on('close', async (code, killedBy) => {
      process.removeListener('exit', kill);
      if (code === 0 && !signal.aborted) resolve();
      else reject(unspawned ?? new Error(`${[command, ...args].join(' ')} ended with ${code ?? killedBy}: ${(await complaints).slice(-2_000)}`));
    });
  });
  ended.catch(() => undefined);
  // A program that ends early needn't read what is left.
  child.stdin?.on('error', () => undefined).end(input);
  return { child, ended };
}
