import type { Readable, Writable } from 'node:stream';
import { signalGroup, spawnGroup } from '../processes/group.ts';
import { gitEnvironment } from './environment.ts';
import { type GitExit, gitFailure } from './error.ts';
import type { GitRepository } from './repository.ts';

/** Descriptor from which git and its helpers can read a secret: a pipe, so that it's in no file, argument or variable. */
export const SECRET_FD = 3;

/** A git command that starts others, or writes into a repository of ours. */
export interface GroupedGit extends GitRepository {
  args: readonly string[];
  /** Settings for this command alone, as `key=value`. */
  config?: readonly string[];
  /** Variables beside those of every git process of ours. */
  env?: Readonly<Record<string, string>>;
  /** Its standard input. */
  input?: string;
  /** Can be read once from {@link SECRET_FD}, and is nowhere else. */
  secret?: string;
}

/** How a git command ended. */
export interface GitEnd extends GitExit {
  /** Its answer, which is short: what is beyond a few lines isn't kept. */
  stdout: string;
}

/** Characters of an answer that are kept. */
const STDOUT_LIMIT = 16_384;

/** Bytes of complaints that are kept. */
const STDERR_LIMIT = 16_384;

const LIFELINE_FD = 4;

/**
 * Becomes git, having left a watchdog in its group that ends all of it once the pipe of the process that started it
 * is closed: also where that was killed, so that nothing goes on writing into a folder that somebody else takes over.
 */
const SCRIPT = `{ read -r _ <&${LIFELINE_FD}; kill -KILL 0; } ${SECRET_FD}<&- >/dev/null &
exec git "$@" ${LIFELINE_FD}<&-`;

/**
 * Runs git, which may fail, to its end, in a process group of its own: what git starts ends with it, with the signal,
 * and with this process.
 * @throws the signal's reason after an abort, once no process is left.
 */
export async function runGrouped({ program, gitDir, args, config = [], env = {}, input, secret, signal }: GroupedGit): Promise<GitEnd> {
  signal?.throwIfAborted();
  const words = [`--git-dir=${gitDir}`, ...config.flatMap((setting) => ['-c', setting]), ...args];
  const child = spawnGroup('/bin/sh', ['-c', SCRIPT, 'git', ...words], {
    cwd: '/',
    env: { ...gitEnvironment(program.inherited), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(0, STDOUT_LIMIT);
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT);
  });
  const lines = [child.stdio[SECRET_FD], child.stdio[LIFELINE_FD]] as (Readable & Writable)[];
  // Git may end without having read them.
  for (const line of [...lines, child.stdin]) line?.on('error', () => undefined);
  lines[0]?.end(secret);
  child.stdin?.end(input);

  const endGroup = () => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  // The watchdog is left over, and whatever a git that crashed has started.
  child.once('exit', endGroup);
  signal?.addEventListener('abort', endGroup, { once: true });
  try {
    // Standard error is closed only when all that hold it are gone, the watchdog among them.
    const end = await new Promise<Omit<GitEnd, 'stdout' | 'stderr'>>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, killedBy) => resolve({ exitCode, killedBy }));
    });
    signal?.throwIfAborted();
    return { ...end, stdout, stderr };
  } finally {
    signal?.removeEventListener('abort', endGroup);
    for (const line of lines) line.destroy();
  }
}

/**
 * The same for a command that has to succeed.
 * @returns Its answer.
 * @throws GitError when git exits with an error; Interrupted or RetryableError when a signal ended it; the signal's reason after an abort.
 */
export async function runGroupedToSuccess(command: GroupedGit): Promise<string> {
  const end = await runGrouped(command);
  if (end.exitCode !== 0) throw gitFailure(String(command.args[0]), end);
  return end.stdout;
}
