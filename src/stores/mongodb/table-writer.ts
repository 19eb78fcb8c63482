import { isDeepStrictEqual } from 'node:util';
import { type Filter, Long } from 'mongodb';
import { groupsOf } from '../../model/groups.ts';
import { chunks, ROWS } from '../chunks.ts';
import { isWithin, keysOf, propertyOf } from '../keys.ts';
import type { Step } from '../plan.ts';
import type { Part } from '../store.ts';
import type { StoredTable } from '../tables.ts';
import { type Row, type Rows, within } from './collection.ts';
import { type Column, decode } from './columns.ts';
import { idOf, rangeOf } from './ids.ts';

/** Ranges of `_id`s in a filter. */
const RANGES = 200;

/** Documents that are compared at a time. */
const PAGE = 10_000;

/** Looks for single rows under way at once: as many as there are connections. */
const LOOKS = 10;

/**
 * Writes rows of one table without transactions, which not every server has. A write that is cut off leaves some rows as
 * they were and others as they're to be; each row is whole. Whoever writes does so again then, from the same cursor, and
 * finds as same what was done before.
 */
export class TableWriter {
  readonly table: StoredTable<Column>;
  readonly #rows: Rows;
  readonly #compared: readonly Column[];
  /**
   * The last part of the key of a row that a partition by the other parts has if it has any: blame begins at line 1,
   * whatever the file. That row is inserted before the others and deleted after them, so it tells whether there is anything
   * to compare, also after a crash at any point. Of a first sync's files nothing is read then, which FerretDB would
   * look for in the whole collection.
   */
  readonly #first: number | undefined;

  constructor(table: StoredTable<Column>, rows: Rows) {
    this.table = table;
    this.#rows = rows;
    this.#compared = table.columns.filter(({ key, property }) => !key && property !== 'lastSynced');
    this.#first = table.definition.firstInGroup;
  }

  /** @param now becomes the `last_synced` of what is written. */
  async run(step: Step<Column>, now: Date): Promise<void> {
    if (step.kind === 'delete') return this.#delete(step.columns, step.keys);
    if (step.kind === 'upsert') return this.#upsert(this.#documents(step.rows, now));
    await this.#replace(step, now);
  }

  /** Writes a row whatever is there. */
  async put(row: object): Promise<void> {
    await this.#rows.update([this.document(row)]);
  }

  /** Whether there are rows with these values in their key. */
  async has(key: object): Promise<boolean> {
    return (await this.#rows.find(this.#filter(keysOf(this.table.name, this.table.key, key), [key]), { fields: [], limit: 1 })).length > 0;
  }

  /** Changes values of keys; rows whose new key is taken are deleted. */
  async move(from: object, to: object): Promise<void> {
    const filter = this.#filter(keysOf(this.table.name, this.table.key, from), [from]);
    for (;;) {
      const found = await this.#rows.find(filter, { limit: ROWS });
      if (found.length === 0) return;
      const moved = found.map((row) => {
        const record = { ...decode(this.table.columns, row), ...to };
        const values = keysOf(this.table.name, this.table.key, to).map((column) => [column.field, column.encode(propertyOf(to, column))]);
        return { ...row, ...Object.fromEntries(values), _id: idOf(this.table.key, record) };
      });
      await this.#rows.insert(moved);
      await this.#deleteIds(found.map(({ _id }) => _id));
    }
  }

  /** Deletes the rows with these values in their key. */
  async deleteAll(key: object): Promise<void> {
    await this.#delete(keysOf(this.table.name, this.table.key, key), [key]);
  }

  /** A row's document; its fields are the columns in their order. */
  document(row: object, now = new Date()): Row {
    const document: Row = { _id: idOf(this.table.key, row) };
    for (const column of this.table.columns) document[column.field] = column.property === 'lastSynced' ? now : column.encode(propertyOf(row, column));
    return document;
  }

  /** The last of two rows of one key counts. */
  #documents(rows: readonly object[], now: Date): Map<string, Row> {
    const documents = new Map<string, Row>();
    for (const row of rows) {
      const document = this.document(row, now);
      documents.set(document._id, document);
    }
    return documents;
  }

  /** Insert first: most rows are new, and of content-addressed ones those that aren't are the same. */
  async #upsert(documents: ReadonlyMap<string, Row>): Promise<void> {
    for (const chunk of chunks(documents.values())) {
      const there = await this.#rows.insert(chunk);
      if (there.length === 0) continue;
      const stored = new Map((await this.#rows.find({ _id: { $in: there.map(({ _id }) => _id) } })).map((row) => [row._id, row]));
      await this.#rows.update(there.filter((row) => !this.#isSame(row, stored.get(row._id))));
    }
  }

  /**
   * Makes partitions equal to their rows: adds, changes what differs, and deletes just what is gone, because most of a partition
   * is usually as it was.
   */
  async #replace({ shared, partitions, rows, part }: Extract<Step<Column>, { kind: 'replace' }>, now: Date): Promise<void> {
    const documents = this.#documents(rows, now);
    const looksAtFirst = this.#hasFirst(shared) && (part === undefined || isWithin(part.range, this.#first));
    const there = looksAtFirst ? await this.#insertFirsts([...partitions.values()], documents) : [...partitions.values()];
    for (const some of groupsOf(there, RANGES)) {
      const firsts = new Set(this.#hasFirst(shared) ? some.map((partition) => this.#firstOf(partition)) : []);
      const firstsGone: string[] = [];
      for await (const page of this.#pages(part === undefined ? this.#filter(shared, some) : this.#filterPart(some[0] ?? {}, part))) {
        const changed: Row[] = [];
        const gone: string[] = [];
        for (const stored of page) {
          const wanted = documents.get(stored._id);
          if (wanted === undefined) (firsts.has(stored._id) ? firstsGone : gone).push(stored._id);
          else if (!this.#isSame(wanted, stored)) changed.push(wanted);
          documents.delete(stored._id);
        }
        for (const chunk of chunks(changed)) await this.#rows.update(chunk);
        await this.#deleteIds(gone);
      }
      await this.#deleteIds(firstsGone);
    }
    await this.#upsert(documents);
  }

  /**
   * Inserts the first row of each partition.
   * @param documents loses those that are written.
   * @returns the partitions that may have had rows before.
   */
  async #insertFirsts(partitions: readonly object[], documents: Map<string, Row>): Promise<object[]> {
    const wanted = partitions.map((partition) => ({ partition, first: this.#firstOf(partition) }));
    const firsts = wanted.flatMap(({ first }) => documents.get(first) ?? []);
    const there = new Set<string>();
    for (const chunk of chunks(firsts)) for (const { _id } of await this.#rows.insert(chunk)) there.add(_id);
    for (const { _id } of firsts) if (!there.has(_id)) documents.delete(_id);
    // Most files without ranges never had any: they are binary, or of a kind that isn't blamed.
    const inserted = new Set(firsts.map(({ _id }) => _id));
    const others = wanted.map(({ first }) => first).filter((first) => !inserted.has(first));
    for (const some of groupsOf(others, LOOKS)) {
      const found = await Promise.all(some.map((first) => this.#rows.find({ _id: first }, { fields: [] })));
      for (const { _id } of found.flat()) there.add(_id);
    }
    return wanted.flatMap(({ partition, first }) => (there.has(first) ? [partition] : []));
  }

  /** Takes the first row of a partition last, as `#first` asks for. */
  async #delete(columns: readonly Column[], keys: readonly object[]): Promise<void> {
    if (columns.length === this.table.key.length) return this.#deleteIds(keys.map((key) => idOf(this.table.key, key)));
    for (const some of groupsOf(keys, RANGES)) {
      if (!this.#hasFirst(columns)) {
        await this.#rows.delete(this.#filter(columns, some));
        continue;
      }
      // A blank sorts before any digit: what follows the first row begins there.
      await this.#rows.delete(within(some.map((key) => ({ ...rangeOf(columns, key), from: `${this.#firstOf(key)} ` }))));
      await this.#deleteIds(some.map((key) => this.#firstOf(key)));
    }
  }

  async #deleteIds(ids: readonly string[]): Promise<void> {
    for (const some of groupsOf(ids, ROWS)) await this.#rows.delete({ _id: { $in: some } });
  }

  #hasFirst(columns: readonly Column[]): boolean {
    return this.#first !== undefined && columns.length === this.table.key.length - 1 && !columns.includes(this.table.key.at(-1) as Column);
  }

  #firstOf(partition: object): string {
    const last = this.table.key.at(-1)?.property ?? '';
    return idOf(this.table.key, { ...partition, [last]: this.#first });
  }

  /** Documents in pages, each a query of its own: a partition may have millions. */
  async *#pages(filter: Filter<Row>): AsyncGenerator<Row[]> {
    let page = await this.#rows.find(filter, { limit: PAGE });
    for (;;) {
      const last = page.at(-1)?._id;
      yield page;
      if (page.length < PAGE || last === undefined) return;
      page = await this.#rows.find({ $and: [filter, { _id: { $gt: last } }] }, { limit: PAGE });
    }
  }

  #filterPart(partition: object, { column, range }: { column: Column; range: Part }): Filter<Row> {
    const idAt = (value: number) => idOf(this.table.key, { ...partition, [column.property]: value });
    const { to } = rangeOf(this.table.key.slice(0, -1), partition);
    return { _id: { $gt: idAt(range.above), ...(range.upTo === undefined ? { $lt: to } : { $lte: idAt(range.upTo) }) } };
  }

  /** The rows that have the values of one of `keys` in some of the key's columns. */
  #filter(columns: readonly Column[], keys: readonly object[]): Filter<Row> {
    if (columns.length === this.table.key.length) return { _id: { $in: keys.map((key) => idOf(this.table.key, key)) } };
    if (columns.every((column, index) => column === this.table.key[index])) return within(keys.map((key) => rangeOf(columns, key)));
    return { $or: keys.map((key) => Object.fromEntries(columns.map((column) => [column.field, column.encode(propertyOf(key, column))]))) };
  }

  #isSame(wanted: Row, stored: Row | undefined): boolean {
    return stored !== undefined && this.#compared.every(({ field }) => isSameValue(wanted[field], stored[field]));
  }
}

function isSameValue(wanted: unknown, stored: unknown): boolean {
  // The driver reads numbers as such.
  if (wanted instanceof Long) return wanted.toNumber() === stored;
  return wanted === stored || (typeof wanted === 'object' && isDeepStrictEqual(wanted, stored));
}
