import { PassThrough, pipeline, Readable, type Writable } from 'node:stream';
import { signalGroup, spawnGroup } from './group.ts';

/** What is written to a process's standard input. */
export type Input = Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

export interface ProcessOptions {
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  input?: Input | undefined;
  /** Number of pipes beside the standard streams, from descriptor 3 on. */
  pipes?: number;
  /**
   * Milliseconds between SIGTERM and SIGKILL if the group has to be ended; without them, it gets SIGTERM alone. If this
   * process exits first, a group that SIGKILL may end is killed at once.
   */
  graceMs?: number;
  /** Ends the group when it aborts. */
  signal?: AbortSignal | undefined;
}

/** How a process ended. */
export interface ProcessEnd {
  exitCode: number | null;
  killedBy: NodeJS.Signals | null;
}

/** A process that leads a process group of its own. */
export interface RunningProcess {
  /** Undefined if it couldn't be started. */
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly pipes: readonly (Readable & Writable)[];
  /** Resolves when the process has ended and its output is closed; rejects if it couldn't be started, or with the error of its input. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends the group; does nothing once the process has exited. */
  end(): void;
}

/** Bytes of output that may wait to be read. */
const READ_AHEAD = 256 * 1024;

/**
 * Starts a program in a process group of its own, which ends with the process, with the signal, and with this process
 * (unless that is ended by SIGKILL). The process waits while nobody reads its output.
 * @throws The signal's reason if it has aborted already.
 */
export function startProcess({ command, args, cwd, env, input, pipes = 0, graceMs, signal }: ProcessOptions): RunningProcess {
  signal?.throwIfAborted();
  const stdio = [input === undefined ? 'ignore' : 'pipe', ...Array.from({ length: 2 + pipes }, () => 'pipe' as const)] as const;
  const child = spawnGroup(command, args, { cwd, env, stdio: [...stdio] }, graceMs === undefined ? 'SIGTERM' : 'SIGKILL');
  const { pid } = child;
  const signalLeader = (name: NodeJS.Signals) => {
    // Once it has exited, its pid may be another process's.
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) signalGroup(pid, name);
  };
  let killing: NodeJS.Timeout | undefined;
  const end = () => {
    signalLeader(graceMs === 0 ? 'SIGKILL' : 'SIGTERM');
    if (graceMs !== undefined && graceMs > 0) killing ??= setTimeout(() => signalLeader('SIGKILL'), graceMs);
  };
  signal?.addEventListener('abort', end, { once: true });
  child.once('exit', () => {
    clearTimeout(killing);
    // What it has left running would keep its output open.
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  });
  let inputError: { error: unknown } | undefined;
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, killedBy) => {
      signal?.removeEventListener('abort', end);
      // The way it ended followed from its input.
      if (inputError === undefined) resolve({ exitCode, killedBy });
      else reject(inputError.error);
    });
  });
  // Whoever reads the output meets the failure later; until then it must not end this process.
  ended.catch(() => undefined);
  // Node discards what a process has written by its end unless somebody reads by then: this stream always does.
  const stdout = new PassThrough({ highWaterMark: READ_AHEAD });
  if (child.stdout !== null) pipeline(child.stdout, stdout, () => undefined);
  if (input !== undefined && child.stdin !== null) {
    writeAll(child.stdin, input).catch((error: unknown) => {
      inputError = { error };
      end();
    });
  }
  return { pid, stdout, stderr: child.stderr ?? Readable.from([]), pipes: child.stdio.slice(3) as (Readable & Writable)[], ended, end };
}

/** Writes everything, waiting while the process is slower. A pipe that it closed early isn't an error: its exit code tells. */
async function writeAll(stdin: Writable, input: Input): Promise<void> {
  let closed = false;
  stdin.on('error', () => {
    closed = true;
  });
  for await (const chunk of Readable.from(input, { objectMode: true })) {
    if (closed) break;
    if (!stdin.write(chunk)) {
      await new Promise<void>((resolve) => {
        stdin
          .once('drain', resolve)
          .once('close', resolve)
          .once('error', () => resolve());
      });
    }
  }
  stdin.end();
}

/** Collects the last characters that a stream gives, and returns what there is so far. */
export function keepTail(stream: Readable, characters: number): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-characters);
  });
  return () => text;
}

/** Collects the first characters that a stream gives, and returns what there is so far. */
export function keepHead(stream: Readable, characters: number): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(0, characters);
  });
  return () => text;
}
