import { chunks } from '../chunks.ts';
import { inOrder, keysOf, sharedKeysOf } from '../keys.ts';
import type { Step } from '../plan.ts';
import type { StoredTable } from '../tables.ts';
import type { Column } from './columns.ts';
import type { Query } from './connection.ts';
import { mayUpsertInstead } from './errors.ts';
import { COPYING, copy, copyWithin, remove, removeOthers, selectAny, selectKeys, upsert } from './statements.ts';
import { Timestamp } from './types.ts';

/** From how many rows on copying is worth its two more ways to the server and back. */
const COPIED = 200;

/** Writes rows of one table in the transaction that `query` runs in. */
export class TableWriter {
  readonly table: StoredTable<Column>;

  constructor(table: StoredTable<Column>) {
    this.table = table;
  }

  /** @param now becomes the `last_synced` of what is written. */
  async run(query: Query, step: Step<Column>, now: Date): Promise<void> {
    if (step.kind === 'delete') return this.#delete(query, step.columns, step.keys);
    const rows = inOrder(this.table.key, step.rows);
    if (step.kind === 'upsert') return this.#upsert(query, rows, now, (chunk) => this.#looksNew(query, chunk));
    const isNew = await this.#deleteOthers(query, step, rows);
    await this.#upsert(query, rows, now, (chunk) => isNew || this.#looksNew(query, chunk));
  }

  /** Whether there are rows with these values in their key. */
  async has(query: Query, key: object): Promise<boolean> {
    return (await query(selectAny(this.table.name, keysOf(this.table.name, this.table.key, key), [key]))).length > 0;
  }

  /** Changes values of keys; rows whose new key is taken are deleted. */
  async move(query: Query, from: object, to: object): Promise<void> {
    const columns = keysOf(this.table.name, this.table.key, from);
    await query(copyWithin(this.table.name, this.table.columns, columns, from, to));
    await this.#delete(query, columns, [from]);
  }

  /** Deletes the rows that have the values of one of `keys`, which name the same columns. */
  async delete(query: Query, keys: readonly object[]): Promise<void> {
    await this.#delete(query, sharedKeysOf(this.table.name, this.table.key, keys), keys);
  }

  /**
   * Copies what seems to be new, which is twice as quick.
   * @param rows In the order of the keys: two writers that lock rows in different orders would wait for each other.
   */
  async #upsert(query: Query, rows: readonly object[], now: Date, seemsNew: (chunk: readonly object[]) => boolean | Promise<boolean>): Promise<void> {
    const lastSynced = new Timestamp().convertToDatabaseValue(now) ?? '';
    for (const chunk of chunks(rows)) {
      const copied = chunk.length >= COPIED && (await seemsNew(chunk)) && (await this.#copy(query, chunk, lastSynced));
      if (!copied) await query(upsert(this.table.name, this.table.columns, chunk, lastSynced));
    }
  }

  /** Gives whether it went well: if not, it has done nothing. */
  async #copy(query: Query, rows: readonly object[], lastSynced: string): Promise<boolean> {
    try {
      await query(copy(this.table.name, this.table.columns, rows, lastSynced));
      return true;
    } catch (error) {
      if (!mayUpsertInstead(error)) throw error;
      await query({ text: `rollback to savepoint ${COPYING}`, values: [] });
      return false;
    }
  }

  /** Looks at a few: what fails to be copied leaves dead rows behind, so that a batch that comes again had better not. */
  async #looksNew(query: Query, rows: readonly object[]): Promise<boolean> {
    const samples = [0, 0.5, 1].map((part) => rows[Math.floor(part * (rows.length - 1))] ?? {});
    return (await query(selectKeys(this.table.name, this.table.key, this.table.key, samples))).length === 0;
  }

  async #delete(query: Query, columns: readonly Column[], keys: readonly object[]): Promise<void> {
    for (const chunk of chunks(keys)) await query(remove(this.table.name, columns, chunk));
  }

  /** Deletes just what is gone, because most of a partition is usually as it was. Gives whether nothing was there. */
  async #deleteOthers(query: Query, { shared, partitions, part }: Extract<Step<Column>, { kind: 'replace' }>, rows: readonly object[]): Promise<boolean> {
    const keys = [...partitions.values()];
    const isEmpty = (await query(selectAny(this.table.name, shared, keys, part))).length === 0;
    if (!isEmpty) await query(removeOthers(this.table.name, { shared, keys: this.table.key, partitions: keys, rows, part }));
    return isEmpty;
  }
}
