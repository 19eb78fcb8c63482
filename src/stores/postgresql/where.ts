import type { Test } from '../filter.ts';
import type { Column } from './columns.ts';

/** A condition in SQL, and the values to bind. */
export interface Where {
  sql: string;
  values: (string | null)[];
}

/** The rows that pass all tests. */
export function where(tests: readonly Test<Column>[]): Where {
  const values: (string | null)[] = [];
  const bind = (value: string | null) => `$${values.push(value)}`;
  const parts = tests.map((test) => passes(test, bind));
  return { sql: parts.length === 0 ? 'true' : parts.join(' and '), values };
}

function passes(test: Test<Column>, bind: (value: string | null) => string): string {
  const { name, type, encode } = test.column;
  switch (test.kind) {
    case 'in': {
      const values = test.values.map(encode);
      if (values.length === 1) return `${name} = ${bind(values[0] ?? null)}::${type}`;
      return `${name} = any(array(select jsonb_array_elements_text(${bind(JSON.stringify(values))}::jsonb)::${type}))`;
    }
    case 'between':
      return bounded(name, [
        ['>=', test.from === undefined ? undefined : `${bind(encode(test.from))}::${type}`],
        ['<', test.before === undefined ? undefined : `${bind(encode(test.before))}::${type}`],
      ]);
    case 'numbered':
      return bounded(`lpad(${name}, 20, '0') collate "C"`, [
        ['>', test.above === undefined ? undefined : `${bind(test.above)}::text`],
        ['<=', test.upTo === undefined ? undefined : `${bind(test.upTo)}::text`],
      ]);
  }
}

function bounded(expression: string, bounds: readonly (readonly [operator: string, value: string | undefined])[]): string {
  const set = bounds.flatMap(([operator, value]) => (value === undefined ? [] : [`${expression} ${operator} ${value}`]));
  return [`${expression} is not null`, ...set].join(' and ');
}
