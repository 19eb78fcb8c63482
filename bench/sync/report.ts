import Table from 'cli-table3';
import type { Figure } from './figures.ts';

const DIGITS: Record<Figure['unit'], number> = { s: 2, MB: 0, rows: 0, 'rows/s': 0, times: 2 };

/** Figures as a table: median, least and most, and what was aimed at. */
export function report(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['measured', 'median', 'least to most', 'aim'],
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { name, unit, value, aim } of figures) {
    const say = (number: number) => `${number.toLocaleString('en', { minimumFractionDigits: DIGITS[unit], maximumFractionDigits: DIGITS[unit] })} ${unit}`;
    if (value === undefined) {
      table.push([name, "couldn't be measured", '', aim === undefined ? '' : `at most ${say(aim)}`]);
      continue;
    }
    const verdict = aim === undefined ? '' : `at most ${say(aim)}: ${value.median <= aim ? 'reached' : 'MISSED'}`;
    table.push([name, say(value.median), `${say(value.least)} to ${say(value.most)}`, verdict]);
  }
  return table.toString();
}
