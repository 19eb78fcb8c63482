import type { Filter } from 'mongodb';
import type { Test } from '../filter.ts';
import type { StoredTable } from '../tables.ts';
import { type Row, within } from './collection.ts';
import type { Column } from './columns.ts';
import { idOf, rangeOf } from './ids.ts';

/** The documents that pass all tests, by their `_id` as far as the tests decide on the first columns of the key. */
export function where({ key }: StoredTable<Column>, tests: readonly Test<Column>[]): Filter<Row> {
  let chosen: object[] = [{}];
  const by: Column[] = [];
  for (const column of key) {
    const test = tests.find((each) => each.column === column);
    if (test?.kind !== 'in') break;
    by.push(column);
    chosen = chosen.flatMap((values) => test.values.map((value) => ({ ...values, [column.property]: value })));
  }
  const rest = tests.filter(({ column }) => !by.includes(column)).map(passes);
  if (by.length === 0) return rest.length === 0 ? {} : { $and: rest };
  // No range at all would be an error; no document has an empty list of ids.
  const ids =
    by.length === key.length || chosen.length === 0
      ? { _id: { $in: chosen.map((values) => idOf(key, values)) } }
      : within(chosen.map((values) => rangeOf(by, values)));
  return rest.length === 0 ? ids : { $and: [ids, ...rest] };
}

function passes(test: Test<Column>): Filter<Row> {
  const { field, encode } = test.column;
  switch (test.kind) {
    case 'in':
      return { [field]: { $in: test.values.map(encode) } };
    case 'between': {
      const from = test.from === undefined ? {} : { $gte: encode(test.from) };
      const before = test.before === undefined ? {} : { $lt: encode(test.before) };
      return { [field]: { $ne: null, ...from, ...before } };
    }
    case 'numbered': {
      const above = test.above === undefined ? [] : [isAbove(field, test.above)];
      const upTo = test.upTo === undefined ? [] : [{ $nor: [isAbove(field, test.upTo)] }];
      return { $and: [{ [field]: { $ne: null } }, ...above, ...upTo] };
    }
  }
}

/** Whole numbers above another: longer ones, and of those as long the later ones. */
function isAbove(field: string, order: string): Filter<Row> {
  const number = order.replace(/^0+/, '');
  return { $or: [{ [field]: { $regex: `^.{${number.length + 1},}$` } }, { [field]: { $gt: number, $regex: `^.{${number.length}}$` } }] };
}
