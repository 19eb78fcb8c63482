import { expect, it } from 'vitest';
import { groupsOf, itemsOf } from '../../src/model/groups.ts';

it('splits items into groups, the last of which may be smaller', () => {
  expect([...groupsOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  expect([...groupsOf([1, 2], 2)]).toEqual([[1, 2]]);
  expect([...groupsOf([], 2)]).toEqual([]);
});

it('gives the items of groups that arrive one after the other', async () => {
  async function* groups() {
    yield [1, 2];
    yield [];
    yield [3];
  }
  expect(await Array.fromAsync(itemsOf(groups()))).toEqual([1, 2, 3]);
});
