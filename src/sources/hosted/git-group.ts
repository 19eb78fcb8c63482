import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { inheritedEnvironment } from '../../config.ts';
import { gitEnvironment } from '../../git/environment.ts';
import { CREDENTIALS_FD } from './credentials.ts';

/** A git command that starts others. */
export interface GroupedGit {
  gitDir: string;
  args: readonly string[];
  /** Settings for this command alone, as `key=value`. */
  config?: readonly string[];
  /** Variables beside those of every git process of ours. */
  env?: Readonly<Record<string, string>>;
  /** Can be read once from {@link CREDENTIALS_FD}, and is nowhere else. */
  secret?: string;
  signal: AbortSignal;
}

/** How a git command ended. */
export interface GitEnd {
  exitCode: number | null;
  killedBy: NodeJS.Signals | null;
  /** Its answer, which is short: what is beyond a few lines isn't kept. */
  stdout: string;
  /** Its last complaints. */
  stderr: string;
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
const SCRIPT = `{ read -r _ <&${LIFELINE_FD}; kill -KILL 0; } ${CREDENTIALS_FD}<&- >/dev/null &
exec git "$@" ${LIFELINE_FD}<&-`;

/**
 * Runs git, which may fail, to its end, in a process group of its own: what git starts ends with it, with the signal,
 * and with this process.
 * @throws the signal's reason after an abort, once no process is left.
 */
export async function runGrouped({ gitDir, args, config = [], env = {}, secret, signal }: GroupedGit): Promise<GitEnd> {
  signal.throwIfAborted();
  const words = [`--git-dir=${gitDir}`, ...config.flatMap((setting) => ['-c', setting]), ...args];
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'git', ...words], {
    cwd: '/',
    env: { ...gitEnvironment(inheritedEnvironment), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdio[1]?.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(0, STDOUT_LIMIT);
  });
  let stderr = '';
  child.stdio[2]?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT);
  });
  const lines = [child.stdio[CREDENTIALS_FD], child.stdio[LIFELINE_FD]] as (Readable & Writable)[];
  // Git may end without having read them.
  for (const line of lines) line.on('error', () => undefined);
  lines[0]?.end(secret);

  const endGroup = () => {
    if (child.pid !== undefined) kill(child.pid);
  };
  // The watchdog is left over, and whatever a git that crashed has started.
  child.once('exit', endGroup);
  signal.addEventListener('abort', endGroup, { once: true });
  try {
    // Standard error is closed only when all that hold it are gone, the watchdog among them.
    const end = await new Promise<Omit<GitEnd, 'stdout' | 'stderr'>>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, killedBy) => resolve({ exitCode, killedBy }));
    });
    signal.throwIfAborted();
    return { ...end, stdout, stderr };
  } finally {
    signal.removeEventListener('abort', endGroup);
    for (const line of lines) line.destroy();
  }
}

/** Ends a process group; one that is gone is no error. */
function kill(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
