import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { toFailure } from '../../activities/failures.ts';
import type { Wait } from '../../src/model/activities.ts';
import { DamagedFolder, NotPrepared, RateLimited } from '../../src/model/errors.ts';

it('activities that wait for one limit resume after its end, one after the other', () => {
  const end = Date.UTC(2026, 0, 2);
  const waits = Array.from({ length: 100 }, () => {
    const failure = toFailure(new RateLimited('the limit', new Date(end)));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    return Date.parse(((failure as ApplicationFailure).details as [Wait])[0].until) - end;
  });
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
  expect(new Set(waits).size).toBeGreaterThan(50);
});

it.each([
  ['NotPrepared', new NotPrepared('another worker has it')],
  ['Damaged', new DamagedFolder('a bad object')],
])('a failure of type %s carries the cursor to the workflow, which prepares the repository again', (type, error) => {
  const failure = { message: error.message, type, nonRetryable: true };
  expect(toFailure(error, { position: 7 })).toMatchObject({ ...failure, details: [{ position: 7 }] });
  expect(toFailure(error)).toMatchObject({ ...failure, details: [] });
});
