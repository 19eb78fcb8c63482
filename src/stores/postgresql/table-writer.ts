import { keyText } from '../keys.ts';
import type { Step } from '../plan.ts';
import type { Column } from './columns.ts';
import type { Query } from './connection.ts';
import { remove, selectKeys, upsert } from './statements.ts';
import { Timestamp } from './types.ts';

/** Rows of a statement. More make it no quicker. */
const ROWS = 2_000;

/** Characters of text in a statement, about: the server holds all of it at once, several times over. */
const CHARACTERS = 8_000_000;

/** Writes rows of one table in the transaction that `query` runs in. */
export class TableWriter {
  readonly columns: readonly Column[];
  readonly #table: string;
  readonly #keys: readonly Column[];

  constructor(table: string, columns: readonly Column[]) {
    this.#table = table;
    this.columns = columns;
    this.#keys = columns.filter(({ key }) => key);
  }

  /** @param now becomes the `last_synced` of what is written. */
  async run(query: Query, step: Step<Column>, now: Date): Promise<void> {
    if (step.kind === 'delete') return this.#delete(query, step.columns, step.keys);
    if (step.kind === 'replace') await this.#deleteOthers(query, step.shared, step.partitions, step.rows);
    await this.#upsert(query, step.rows, now);
  }

  /** In the order of the keys: two writers that lock rows in different orders would wait for each other. */
  async #upsert(query: Query, rows: readonly object[], now: Date): Promise<void> {
    const lastOfEach = new Map(rows.map((row) => [keyText(this.#keys, row), row]));
    const sorted = [...lastOfEach].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    const lastSynced = new Timestamp().convertToDatabaseValue(now) ?? '';
    for (const chunk of chunks(sorted)) await query(upsert(this.#table, this.columns, chunk, lastSynced));
  }

  async #delete(query: Query, columns: readonly Column[], keys: readonly object[]): Promise<void> {
    for (const chunk of chunks(keys)) await query(remove(this.#table, columns, chunk));
  }

  /** Deletes just what is gone, because most of a partition is usually as it was. */
  async #deleteOthers(query: Query, shared: readonly Column[], partitions: Map<string, object>, rows: readonly object[]): Promise<void> {
    const wanted = new Set(rows.map((row) => keyText(this.#keys, row)));
    const gone: object[] = [];
    for (const chunk of chunks([...partitions.values()])) {
      for (const stored of await query(selectKeys(this.#table, this.#keys, shared, chunk))) {
        const key = Object.fromEntries(this.#keys.map(({ property }, index) => [property, stored[index]]));
        if (!wanted.has(keyText(this.#keys, key))) gone.push(key);
      }
    }
    await this.#delete(query, this.#keys, gone);
  }
}

function* chunks(rows: readonly object[]): Generator<readonly object[]> {
  let chunk: object[] = [];
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
