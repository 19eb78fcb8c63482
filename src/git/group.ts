import { keepHead } from '../processes/start.ts';
import { type GitExit, gitFailure } from './error.ts';
import { startGit } from './process.ts';
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
  /** Its answer, which is short: only the first {@link STDOUT_LIMIT} characters are kept. */
  stdout: string;
}

const STDOUT_LIMIT = 16_384;

const LIFELINE_FD = 4;

/**
 * Becomes git, after leaving a watchdog in its group that ends all of it once the pipe of the process that started it
 * is closed: also if that was killed, so that nothing goes on writing into a folder that another process takes over.
 */
const SCRIPT = `{ read -r _ <&${LIFELINE_FD}; kill -KILL 0; } ${SECRET_FD}<&- >/dev/null &
exec git "$@" ${LIFELINE_FD}<&-`;

/**
 * Runs git, which may fail, to its end, in a process group of its own: what git starts ends with it, with the signal,
 * and with this process.
 * @throws The signal's reason after an abort, once no process is left.
 */
export async function runGrouped({ args, config = [], env = {}, input, secret, ...repository }: GroupedGit): Promise<GitEnd> {
  const running = startGit(repository, args, {
    config,
    env,
    through: ['/bin/sh', '-c', SCRIPT],
    input: input === undefined ? undefined : [input],
    pipes: 2,
    graceMs: 0,
  });
  const stdout = keepHead(running.stdout, STDOUT_LIMIT);
  // Git may end without having read them.
  for (const pipe of running.pipes) pipe.on('error', () => undefined);
  running.pipes[0]?.end(secret);
  try {
    // Standard error is closed only when all that hold it are gone, the watchdog among them.
    const end = await running.ended;
    repository.signal?.throwIfAborted();
    return { ...end, stdout: stdout(), stderr: running.complaints() };
  } finally {
    for (const pipe of running.pipes) pipe.destroy();
  }
}

/**
 * The same for a command that has to succeed.
 * @returns Its answer.
 * @throws GitError if git exits with an error; Interrupted or RetryableError if a signal ended it; the signal's reason after an abort.
 */
export async function runGroupedToSuccess(command: GroupedGit): Promise<string> {
  const end = await runGrouped(command);
  if (end.exitCode !== 0) throw gitFailure(String(command.args[0]), end);
  return end.stdout;
}
