import { constants } from 'node:os';
import { FatalError, Interrupted, RetryableError } from '../model/errors.ts';

/**
 * Git refused or failed. A retry on the same objects would fail in the same way, so the error is fatal; a process
 * that was killed is a `RetryableError` instead.
 */
export class GitError extends FatalError {
  override name = 'GitError';

  constructor(command: string, exitCode: number | null, stderr: string) {
    const told = summary(stderr);
    super(`git ${command} failed (exit code ${exitCode}): ${told}${LACKING.test(told) ? HINT : ''}`);
  }

  /** The same error with another name for a folder. */
  renamed(folder: string, name: string): this {
    this.message = this.message.replaceAll(folder, name);
    return this;
  }
}

/** Signals by which people and supervisors stop programs. */
const STOPS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Signals that a shell around git may report as an exit code; 129 is git's own for wrong options. */
const REPORTED = ['SIGINT', 'SIGKILL', 'SIGTERM'] as const;

/** How a git process ended. */
export interface GitExit {
  exitCode: number | null;
  killedBy: NodeJS.Signals | null;
  /** Its last complaints. */
  stderr: string;
}

/** Maps the end of a git process that has failed to an error. */
export function gitFailure(command: string, exit: GitExit): GitError | RetryableError {
  return endedBySignal(command, exit) ?? endedByDisk(command, exit) ?? new GitError(command, exit.exitCode, exit.stderr);
}

/** The error for a git process that ran out of disk space, which says nothing about the repository; undefined for any other. */
function endedByDisk(command: string, { stderr }: GitExit): RetryableError | undefined {
  if (!DISK_FULL.test(stderr)) return undefined;
  return new RetryableError(`git ${command} failed: ${summary(stderr)}; free some space on the disk that holds ORG_SYNC_HOME`);
}

/**
 * The error for a git process that was ended by a signal, which says nothing about the repository. The message doesn't
 * guess who sent the signal.
 * @returns Interrupted for a signal that stops programs, RetryableError for any other; undefined if there was none.
 */
export function endedBySignal(command: string, { exitCode, killedBy, stderr }: GitExit): RetryableError | undefined {
  const signal = killedBy ?? signalBehind(exitCode, stderr);
  return signal && new (STOPS.includes(signal) ? Interrupted : RetryableError)(`git ${command} was ended by ${signal}`);
}

function signalBehind(exitCode: number | null, stderr: string): NodeJS.Signals | undefined {
  const [, number] = /^xargs: .*terminated by signal (\d+)$/m.exec(stderr) ?? [];
  const code = number === undefined ? exitCode : 128 + Number(number);
  const known = number === undefined ? REPORTED : (Object.keys(constants.signals) as NodeJS.Signals[]);
  return known.find((name) => 128 + constants.signals[name] === code);
}

/** The system's words for ENOSPC and EDQUOT. */
export const DISK_FULL = /No space left on device|Disk quota exceeded/i;

/** How git's commands report an object that is missing or can't be read. */
const LACKING = /bad object|unable to (find|read|unpack)|could not read|missing|does not match|cannot (read|unpack)/i;
const HINT = " (objects are missing or damaged: 'git fsck' tells which; to a partial clone 'git fetch --refetch --no-filter' brings them)";

/** The lines of git's complaint that say what is wrong, without hints and warnings; control characters removed. */
function summary(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  // A line that ends with a colon continues on the next one.
  const telling = lines.filter((line, index) => /^(fatal|error):/.test(line) || /^(fatal|error):.*:$/.test(lines[index - 1] ?? ''));
  return (telling.length > 0 ? telling : lines).slice(0, 3).join('; ') || 'no message';
}
