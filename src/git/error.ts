import { FatalError } from '../model/errors.ts';

/**
 * Git refused or failed. Trying again on the same objects gives the same answer, so it's fatal; a process
 * that something else killed is a `RetryableError` instead.
 */
export class GitError extends FatalError {
  override name = 'GitError';

  constructor(command: string, exitCode: number | null, stderr: string) {
    super(`git ${command} failed (exit code ${exitCode}): ${summary(stderr)}`);
  }
}

/** The lines of git's complaint that say what is wrong, without hints and warnings; control characters removed. */
function summary(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const telling = lines.filter((line) => /^(fatal|error):/.test(line));
  return (telling.length > 0 ? telling : lines).slice(0, 3).join('; ') || 'no message';
}
