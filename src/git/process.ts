import { type Input, keepTail, type ProcessOptions, type RunningProcess, startProcess } from '../processes/start.ts';
import { gitEnvironment } from './environment.ts';
import { gitFailure } from './error.ts';
import type { GitRepository } from './repository.ts';

export type { Input };

/** What every way of starting git takes. */
export interface GitOptions extends Pick<ProcessOptions, 'input' | 'pipes' | 'graceMs'> {
  /** Settings for this command alone, as `key=value`. */
  config?: readonly string[];
  /** Variables beside those of every git process of ours. */
  env?: Readonly<Record<string, string>>;
  /** A program that runs git, with its first arguments. */
  through?: readonly string[];
}

interface ReadOptions extends Pick<GitOptions, 'input' | 'config' | 'through'> {
  /** A complaint that counts as failure, also if git continues. */
  refuse?: RegExp;
}

/** Characters of complaints that are kept. */
const STDERR_LIMIT = 16_384;

/** Git at work, and what it has complained of so far. */
export interface RunningGit extends RunningProcess {
  complaints: () => string;
}

/** Starts `git <args>` with the safety options that every git process of ours has. */
export function startGit({ program, gitDir, signal }: GitRepository, args: readonly string[], options: GitOptions = {}): RunningGit {
  const { config = [], env = {}, through = [], ...rest } = options;
  const settings = config.flatMap((setting) => ['-c', setting]);
  const [command = 'git', ...words] = [...through, 'git', `--git-dir=${gitDir}`, ...settings, ...args];
  const running = startProcess({ ...rest, command, args: words, cwd: '/', env: { ...gitEnvironment(program.inherited), ...env }, signal });
  return { ...running, complaints: keepTail(running.stderr, STDERR_LIMIT) };
}

/**
 * Starts `git <args>` at once and gives its output as it comes; git waits while nobody reads.
 * Reading to the end throws if git failed; stopping earlier ends the process.
 * @throws GitError if git exits with an error; Interrupted if a signal stopped it, RetryableError if another one
 *   killed it; the signal's reason after an abort.
 */
export function gitOutput(repository: GitRepository, args: readonly string[], { refuse, ...options }: ReadOptions = {}): AsyncIterableIterator<Buffer> {
  const { stdout, ended, complaints, end } = startGit(repository, args, options);
  return (async function* read() {
    let finished = false;
    try {
      for await (const chunk of stdout) yield chunk as Buffer;
      const exit = { ...(await ended), stderr: complaints() };
      if (exit.exitCode !== 0 || refuse?.test(exit.stderr) === true) throw gitFailure(String(args[0]), exit);
      finished = true;
    } finally {
      if (!finished) end();
      repository.signal?.throwIfAborted();
    }
  })();
}

/** All of a command's output as text, for answers known to be small. */
export async function gitText(repository: GitRepository, args: readonly string[], options: ReadOptions = {}): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of gitOutput(repository, args, options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
