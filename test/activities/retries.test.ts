import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { checkTries, endOfTry } from '../../activities/retries.ts';

/** What a try ends with. */
const endOf = (attempt: number, reached: number, failure: unknown = new Error('cut off')) =>
  new MockActivityEnvironment({ attempt }).run(async () => endOfTry(failure, reached));

describe('a try of a stage that fails', () => {
  it('is followed by a pause that grows with the tries that got nowhere', async () => {
    const pauses = await Promise.all([1, 2, 3, 6, 7, 59].map(async (attempt) => ((await endOf(attempt, 0)) as ApplicationFailure).nextRetryDelay));
    expect(pauses).toEqual(['1s', '2s', '4s', '32s', '60s', '60s']);
  });

  it('is followed by a short one after each that got on', async () => {
    expect(await endOf(500, 500)).toMatchObject({ message: 'cut off', nonRetryable: false, nextRetryDelay: '1s' });
    expect(await endOf(503, 500)).toMatchObject({ nextRetryDelay: '4s' });
  });

  it('keeps the pause that was asked for', async () => {
    expect(await endOf(3, 0, ApplicationFailure.create({ nextRetryDelay: '7m' }))).toMatchObject({ nextRetryDelay: '7m' });
  });

  it('is the last one where 60 in a row got nowhere, and where trying again does not help', async () => {
    expect(await endOf(60, 0)).toMatchObject({ message: 'cut off', nonRetryable: true });
    expect(await endOf(160, 100)).toMatchObject({ nonRetryable: true });
    expect(await endOf(160, 101)).not.toMatchObject({ nonRetryable: true });
    expect(await endOf(1, 0, ApplicationFailure.nonRetryable('gone'))).toMatchObject({ message: 'gone', nonRetryable: true });
  });
});

it('a try is not begun after 60 that ended without a word', async () => {
  const begin = (attempt: number, reached: number) => new MockActivityEnvironment({ attempt }).run(async () => checkTries(reached));
  await expect(begin(60, 0)).resolves.toBeUndefined();
  await expect(begin(61, 0)).rejects.toMatchObject({ message: expect.stringContaining('60 tries in a row got nowhere'), nonRetryable: true });
  await expect(begin(61, 1)).resolves.toBeUndefined();
});
