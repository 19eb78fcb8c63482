import { expect, it } from 'vitest';
import { BadToken, HostRefusal } from '../../../src/http/errors.ts';
import { RateLimited, RetryableError } from '../../../src/model/errors.ts';
import { ItemFailures } from '../../../src/providers/hosted/pull-requests/item-failures.ts';

const up = async () => undefined;
const broken = () => Promise.reject(new RetryableError('status 500'));

/** What the next attempt of the activity starts with. */
const next = (failures: ItemFailures, checkAnswering: () => Promise<unknown> = up) =>
  new ItemFailures(JSON.parse(JSON.stringify(failures.items)), checkAnswering);

it('an item is tried once in each of three attempts, and then passed over', async () => {
  let failures = new ItemFailures([], up);
  for (const attempts of [1, 2, 3]) {
    expect(await failures.attempt(7, broken)).toBeUndefined();
    expect(await failures.attempt(7, async () => 'not asked')).toBeUndefined();
    expect(failures.items).toEqual([{ number: 7, attempts, reason: 'status 500' }]);
    if (attempts < 3) expect(() => failures.assertExhausted()).toThrow('pull request 7: status 500');
    failures = next(failures);
    expect(failures.due).toEqual(attempts < 3 ? [7] : []);
  }
  expect(() => failures.assertExhausted()).not.toThrow();
  expect(await failures.attempt(7, async () => 'not asked')).toBeUndefined();
});

it('one that the last run skipped is tried once more', async () => {
  const failures = new ItemFailures(ItemFailures.ofSkipped([{ number: 7, reason: 'status 500' }]), up);
  expect(failures.due).toEqual([7]);
  await failures.attempt(7, broken);
  expect(() => failures.assertExhausted()).not.toThrow();
});

it('one that is refused for good is not tried again', async () => {
  const failures = new ItemFailures([], up);
  await failures.attempt(7, () => Promise.reject(new HostRefusal('status 403', 403)));
  expect(next(failures).due).toEqual([]);
});

it('a failure is not counted where the host does not answer, or asks to wait', async () => {
  const down = new RetryableError('down');
  const failures = new ItemFailures([], () => Promise.reject(down));
  await expect(failures.attempt(7, broken)).rejects.toBe(down);
  for (const error of [
    new RateLimited('limit', new Date()),
    new RetryableError('status 503', { retryAt: new Date() }),
    new BadToken('status 401'),
    new TypeError('a bug'),
  ])
    await expect(failures.attempt(7, () => Promise.reject(error))).rejects.toBe(error);
  expect(failures.items).toEqual([]);
});

it('more than 30 are the host’s failure', async () => {
  const failures = new ItemFailures([], up);
  for (let number = 1; number <= 30; number++) await failures.attempt(number, broken);
  await expect(failures.attempt(31, broken)).rejects.toThrow('status 500');
  expect(failures.items).toHaveLength(30);
});
