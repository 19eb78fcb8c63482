import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { assertProgress, limitRetries } from '../../activities/retries.ts';

/** Returns the failure that an attempt ends with. */
const failureOf = (attempt: number, lastProgress: number, failure: unknown = new Error('cut off')) =>
  new MockActivityEnvironment({ attempt }).run(async () => limitRetries(failure, lastProgress));

describe('a failed attempt of a stage', () => {
  it('has a backoff that grows with the attempts without progress', async () => {
    const delays = await Promise.all([1, 2, 3, 6, 7, 59].map(async (attempt) => ((await failureOf(attempt, 0)) as ApplicationFailure).nextRetryDelay));
    expect(delays).toEqual(['1s', '2s', '4s', '32s', '60s', '60s']);
  });

  it('has a short backoff after each attempt that made progress', async () => {
    expect(await failureOf(500, 500)).toMatchObject({ message: 'cut off', nonRetryable: false, nextRetryDelay: '1s' });
    expect(await failureOf(503, 500)).toMatchObject({ nextRetryDelay: '4s' });
  });

  it('keeps the backoff that was requested', async () => {
    expect(await failureOf(3, 0, ApplicationFailure.create({ nextRetryDelay: '7m' }))).toMatchObject({ nextRetryDelay: '7m' });
  });

  it('is the last one after 60 in a row without progress, and where a retry does not help', async () => {
    expect(await failureOf(60, 0)).toMatchObject({ message: 'cut off', nonRetryable: true });
    expect(await failureOf(160, 100)).toMatchObject({ nonRetryable: true });
    expect(await failureOf(160, 101)).not.toMatchObject({ nonRetryable: true });
    expect(await failureOf(1, 0, ApplicationFailure.nonRetryable('gone'))).toMatchObject({ message: 'gone', nonRetryable: true });
  });
});

it('an attempt does not start after 60 that ended without a report', async () => {
  const begin = (attempt: number, lastProgress: number) => new MockActivityEnvironment({ attempt }).run(async () => assertProgress(lastProgress));
  await expect(begin(60, 0)).resolves.toBeUndefined();
  await expect(begin(61, 0)).rejects.toMatchObject({ message: expect.stringContaining('60 attempts in a row made no progress'), nonRetryable: true });
  await expect(begin(61, 1)).resolves.toBeUndefined();
});
