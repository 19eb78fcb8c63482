import { expect, it } from 'vitest';
import { GitError, gitFailure } from '../../src/git/error.ts';
import { FatalError, RetryableError } from '../../src/model/errors.ts';

const failureOf = (stderr: string) => gitFailure('update-ref', { exitCode: 128, killedBy: null, stderr });

it.each([
  'error: unable to write file objects/pack/tmp: No space left on device\nfatal: could not finish the pack',
  'fatal: cannot update ref: Disk quota exceeded',
])('a full disk under git is waited for: %s', (stderr) => {
  const failure = failureOf(stderr);
  expect(failure).toBeInstanceOf(RetryableError);
  expect(failure).not.toBeInstanceOf(FatalError);
  expect(failure.message).toContain('free some space on the disk that holds ORG_SYNC_HOME');
});

it('a refusal of git for another reason stays fatal', () => {
  expect(failureOf('fatal: bad object HEAD')).toBeInstanceOf(GitError);
});
