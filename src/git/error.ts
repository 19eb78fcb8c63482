import { FatalError } from '../model/errors.ts';

/**
 * Git refused or failed. Trying again on the same objects gives the same answer, so it's fatal; a process
 * that something else killed is a `RetryableError` instead.
 */
export class GitError extends FatalError {
  override name = 'GitError';

  constructor(command: string, exitCode: number | null, stderr: string) {
    const told = summary(stderr);
    super(`git ${command} failed (exit code ${exitCode}): ${told}${LACKING.test(told) ? HINT : ''}`);
  }
}

/** What git's many commands say of an object that isn't there or can't be read. */
const LACKING = /bad object|unable to (find|read|unpack)|could not read|missing|does not match|cannot (read|unpack)/i;
const HINT = " (objects are missing or damaged: 'git fsck' tells which; to a partial clone 'git fetch --refetch --no-filter' brings them)";

/** The lines of git's complaint that say what is wrong, without hints and warnings; control characters removed. */
function summary(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  // What ends with a colon goes on in the next line.
  const telling = lines.filter((line, index) => /^(fatal|error):/.test(line) || /^(fatal|error):.*:$/.test(lines[index - 1] ?? ''));
  return (telling.length > 0 ? telling : lines).slice(0, 3).join('; ') || 'no message';
}
