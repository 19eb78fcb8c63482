import { PassThrough, pipeline, Readable } from 'node:stream';
import { endChild, spawnGroup } from '../processes/group.ts';
import { gitEnvironment } from './environment.ts';
import { gitFailure } from './error.ts';
import type { GitRepository } from './repository.ts';

/** What is written to a process's standard input. */
export type Input = Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

interface GitOptions {
  input?: Input;
  /** Settings for this command alone, as `key=value`. */
  config?: readonly string[];
  /** A complaint that counts as failure, also where git goes on. */
  refuse?: RegExp;
  /** Runs git through another program that appends arguments which Node can't pass (bytes that aren't UTF-8). */
  through?: readonly string[];
}

/** Bytes of complaints that are kept. */
const STDERR_LIMIT = 8_192;

/** Bytes of output that may wait to be read. */
const READ_AHEAD = 256 * 1024;

/**
 * Starts `git <args>` at once and gives its output as it comes; git waits while nobody reads.
 * Reading to the end throws where git failed; stopping earlier ends the process.
 * @throws GitError when git exits with an error; Interrupted when a signal stopped it, RetryableError when another one
 *   killed it; the signal's reason after an abort.
 */
export function gitOutput(repository: GitRepository, args: readonly string[], options: GitOptions = {}): AsyncIterableIterator<Buffer> {
  repository.signal?.throwIfAborted();
  const settings = (options.config ?? []).flatMap((setting) => ['-c', setting]);
  const command = [...(options.through ?? []), 'git', `--git-dir=${repository.gitDir}`, ...settings, ...args];
  const child = spawnGroup(String(command[0]), command.slice(1), {
    cwd: '/',
    env: gitEnvironment(repository.program.inherited),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const end = () => endChild(child);
  repository.signal?.addEventListener('abort', end, { once: true });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, killedBy) => {
      repository.signal?.removeEventListener('abort', end);
      if (exitCode === 0 && options.refuse?.test(stderr) !== true) resolve();
      else reject(gitFailure(String(args[0]), { exitCode, killedBy, stderr }));
    });
  });
  // Whoever reads gets the failure from `ended`; a process that nobody reads any more may fail unseen.
  ended.catch(() => undefined);
  // Node throws away what a process has written by its end unless somebody is reading by then: this one always is.
  const output = new PassThrough({ highWaterMark: READ_AHEAD });
  if (child.stdout !== null) pipeline(child.stdout, output, () => undefined);
  let inputError: { error: unknown } | undefined;
  if (options.input !== undefined && child.stdin !== null) {
    feed(child.stdin, options.input).catch((error: unknown) => {
      inputError = { error };
      end();
    });
  }

  return (async function* read() {
    let finished = false;
    try {
      for await (const chunk of output) yield chunk as Buffer;
      await ended;
      finished = true;
    } catch (error) {
      // Where the input failed, git's end is just what followed from it.
      throw inputError === undefined ? error : inputError.error;
    } finally {
      if (!finished) end();
      repository.signal?.throwIfAborted();
    }
  })();
}

/** All of a command's output as text, for answers known to be small. */
export async function gitText(repository: GitRepository, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of gitOutput(repository, args, options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Writes everything, waiting where git is slower. A pipe that git closed early isn't an error: its exit code tells. */
async function feed(stdin: NodeJS.WritableStream, input: Input): Promise<void> {
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
