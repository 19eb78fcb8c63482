/** Rows of a statement or command. More make none quicker. */
export const ROWS = 2_000;

/** Characters of text in one, about: a server holds all of it at once, several times over. */
const CHARACTERS = 8_000_000;

/** Rows by as many as go into one statement or command. */
export function* chunks<T extends object>(rows: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
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
