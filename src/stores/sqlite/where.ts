import type { SQLInputValue } from 'node:sqlite';
import type { Test } from '../filter.ts';
import type { Column } from './columns.ts';

/** A condition in SQL, and the values to bind. */
export interface Where {
  sql: string;
  values: SQLInputValue[];
}

/** The rows that pass all tests. */
export function where(tests: readonly Test<Column>[]): Where {
  const parts = tests.map(passes);
  return { sql: parts.length === 0 ? 'true' : parts.map(({ sql }) => sql).join(' and '), values: parts.flatMap(({ values }) => values) };
}

function passes(test: Test<Column>): Where {
  const { column } = test;
  const name = `"${column.name}"`;
  switch (test.kind) {
    case 'in': {
      const values = test.values.map(column.encode);
      return values.length === 1 ? { sql: `${name} = ?`, values } : { sql: `${name} in (select value from json_each(?))`, values: [JSON.stringify(values)] };
    }
    case 'between':
      return bounded(name, [
        ['>=', test.from === undefined ? undefined : column.encode(test.from)],
        ['<', test.before === undefined ? undefined : column.encode(test.before)],
      ]);
    case 'numbered':
      return bounded(`substr('00000000000000000000' || ${name}, -20)`, [
        ['>', test.above],
        ['<=', test.upTo],
      ]);
  }
}

function bounded(expression: string, bounds: readonly (readonly [operator: string, value: SQLInputValue | undefined])[]): Where {
  const set = bounds.flatMap(([operator, value]) => (value === undefined ? [] : [{ sql: `${expression} ${operator} ?`, value }]));
  return { sql: [`${expression} is not null`, ...set.map(({ sql }) => sql)].join(' and '), values: set.map(({ value }) => value) };
}
