import type { Row } from './collection.ts';

/** Rows, or `_id`s, of a command. */
export const ROWS = 2_000;

/** Characters of text in a command, about. */
const CHARACTERS = 8_000_000;

/** Items by so many. */
export function* groups<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let begin = 0; begin < items.length; begin += size) yield items.slice(begin, begin + size);
}

/** Documents by as many as go into a command. */
export function* chunks(rows: Iterable<Row>): Generator<Row[]> {
  let chunk: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    chunk.push(row);
    for (const value of Object.values(row)) if (typeof value === 'string') characters += value.length;
    if (chunk.length < ROWS && characters < CHARACTERS) continue;
    yield chunk;
    chunk = [];
    characters = 0;
  }
  if (chunk.length > 0) yield chunk;
}
