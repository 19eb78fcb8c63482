import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { keysOf, partedColumn, propertyOf, refuseStrays, sharedKeysOf } from '../keys.ts';
import type { Part } from '../store.ts';
import type { StoredTable } from '../tables.ts';
import { type Column, encode } from './columns.ts';
import { deleteOthersSql, deleteSql, moveSql, selectSql, upsertSql } from './statements.ts';

/**
 * Writes rows of one table through statements that are built from its columns and prepared once. Every
 * method runs to its end without giving way; transactions are the caller's.
 */
export class TableWriter {
  readonly #database: DatabaseSync;
  readonly #table: string;
  readonly #columns: readonly Column[];
  readonly #keys: readonly Column[];
  readonly #upsertSql: string;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, { name, columns, key }: StoredTable<Column>) {
    this.#database = database;
    this.#table = name;
    this.#columns = columns;
    this.#keys = key;
    this.#upsertSql = upsertSql(name, columns);
  }

  /** Inserts rows or updates those that differ; `now` becomes the `last_synced` of what is written. */
  upsert(rows: readonly object[], now: Date): void {
    if (rows.length === 0) return;
    const statement = this.#prepare(this.#upsertSql);
    const lastSynced = now.toISOString();
    const values = new Array<SQLInputValue>(this.#columns.length);
    for (const row of rows) {
      for (let index = 0; index < values.length; index++) {
        const column = this.#columns[index] as Column;
        values[index] = column.property === 'lastSynced' ? lastSynced : column.encode(propertyOf(row, column));
      }
      statement.run(...values);
    }
  }

  /**
   * Makes the rows that have the key columns of `partition`, or those of them in `part`, equal to `rows`.
   * @throws TypeError for a row that isn't part of it, or a partition that isn't made of key columns.
   */
  replace(partition: object, rows: readonly object[], now: Date, part?: Part): void {
    const shared = keysOf(this.#table, this.#keys, partition);
    const parted = part && { column: partedColumn(this.#table, this.#keys, shared), range: part };
    refuseStrays(this.#table, shared, partition, rows, parted);
    if (rows.length === 0 && part === undefined) {
      this.delete([partition]);
      return;
    }
    const [column, ...others] = this.#keys.filter((key) => !shared.includes(key));
    if (column !== undefined && others.length === 0 && rows.every((row) => typeof propertyOf(row, column) === 'number')) {
      this.#deleteOtherNumbers(shared, partition, column, rows, part);
    } else {
      this.#deleteOthers(shared, partition, rows);
    }
    this.upsert(rows, now);
  }

  /**
   * Deletes the rows that have the key columns of one of `keys`.
   * @throws TypeError for anything but key columns, and where not all of `keys` name the same.
   */
  delete(keys: readonly object[]): void {
    if (keys.length === 0) return;
    const columns = sharedKeysOf(this.#table, this.#keys, keys);
    const statement = this.#prepare(deleteSql(this.#table, columns));
    for (const key of keys) statement.run(...encode(columns, key));
  }

  /** The same as {@link #deleteOthers} without reading keys: there may be millions. */
  #deleteOtherNumbers(shared: readonly Column[], partition: object, column: Column, rows: readonly object[], part?: Part): void {
    const wanted = JSON.stringify(rows.map((row) => propertyOf(row, column)));
    const bounds = [part?.above ?? Number.MIN_SAFE_INTEGER, part?.upTo ?? Number.MAX_SAFE_INTEGER];
    this.#prepare(deleteOthersSql(this.#table, shared, column)).run(...encode(shared, partition), ...bounds, wanted);
  }

  /** Whether there are rows with these values in their key. */
  has(key: object): boolean {
    const columns = keysOf(this.#table, this.#keys, key);
    return this.#prepare(`${selectSql(this.#table, this.#keys, columns)} limit 1`).get(...encode(columns, key)) !== undefined;
  }

  /** Changes values of keys; rows whose new key is taken are deleted. */
  move(from: object, to: object): void {
    const columns = keysOf(this.#table, this.#keys, from);
    this.#prepare(moveSql(this.#table, columns)).run(...encode(columns, to), ...encode(columns, from));
    this.delete([from]);
  }

  /** Deletes just what is gone, because most of a partition is usually as it was. */
  #deleteOthers(shared: readonly Column[], partition: object, rows: readonly object[]): void {
    const rest = this.#keys.filter((column) => !shared.includes(column));
    // A partition of one key: the row takes the place of whatever has it.
    if (rest.length === 0) return;
    const prefix = encode(shared, partition);
    const gone: SQLInputValue[][] = [];
    let wanted: Set<string> | undefined;
    for (const stored of this.#prepare(selectSql(this.#table, rest, shared)).iterate(...prefix)) {
      wanted ??= new Set(rows.map((row) => encode(rest, row).join('\0')));
      const key = rest.map(({ name }) => stored[name] as SQLInputValue);
      if (!wanted.has(key.join('\0'))) gone.push([...prefix, ...key]);
    }
    if (gone.length === 0) return;
    const statement = this.#prepare(deleteSql(this.#table, [...shared, ...rest]));
    for (const key of gone) statement.run(...key);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
