import { type AnyBulkWriteOperation, type Collection, type Document, type Filter, MongoBulkWriteError, type UpdateFilter } from 'mongodb';
import { CODE, translate } from './errors.ts';
import type { Range } from './ids.ts';

/** A document with the `_id` that a row's key makes. */
export type Row = Document & { _id: string };

/** What a search is for; fields that aren't named stay with the server. */
export interface Search {
  fields?: readonly string[];
  /** Ascending by `_id`. */
  limit?: number;
}

/** One collection. Throws a RetryableError or FatalError where the database is the reason. */
export class Rows {
  readonly #collection: Collection<Row>;
  readonly #database: string;

  /** @param database What messages call it. */
  constructor(collection: Collection<Row>, database: string) {
    this.#collection = collection;
    this.#database = database;
  }

  /** Inserts documents where there is none of the same `_id`; gives those for which there is one. */
  insert(documents: readonly Row[]): Promise<Row[]> {
    return this.#run(async () => {
      if (documents.length === 0) return [];
      try {
        await this.#collection.insertMany(documents, { ordered: false });
        return [];
      } catch (error) {
        return duplicates(error, documents);
      }
    });
  }

  /** Gives the documents of these `_id`s these values. What else they have, which somebody may have added, stays. */
  async update(documents: readonly Row[]): Promise<void> {
    if (documents.length === 0) return;
    const operations = documents.map(({ _id, ...values }): AnyBulkWriteOperation<Row> => {
      // A row that somebody has deleted since it was found there is made again.
      return { updateOne: { filter: { _id }, update: { $set: values }, upsert: true } };
    });
    await this.#run(() => this.#collection.bulkWrite(operations, { ordered: false }));
  }

  /** Changes one document; gives whether there was one. */
  change(filter: Filter<Row>, update: UpdateFilter<Row>): Promise<boolean> {
    return this.#run(async () => (await this.#collection.updateOne(filter, update)).matchedCount > 0);
  }

  async delete(filter: Filter<Row>): Promise<void> {
    await this.#run(() => this.#collection.deleteMany(filter));
  }

  find(filter: Filter<Row>, { fields, limit }: Search = {}): Promise<Row[]> {
    return this.#run(() => {
      const projection = fields && Object.fromEntries([['_id', 1], ...fields.map((field) => [field, 1])]);
      const cursor = this.#collection.find(filter, projection === undefined ? {} : { projection });
      return (limit === undefined ? cursor : cursor.sort({ _id: 1 }).limit(limit)).toArray() as Promise<Row[]>;
    });
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw translate(error, this.#database);
    }
  }
}

/** The documents in some ranges of `_id`s. */
export function within(ranges: readonly Range[]): Filter<Row> {
  const filters = ranges.map(({ from, to }) => ({ _id: { $gte: from, $lt: to } }));
  return filters.length === 1 && filters[0] !== undefined ? filters[0] : { $or: filters };
}

function duplicates(error: unknown, documents: readonly Row[]): Row[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
  const errors = [error.writeErrors].flat();
  if (errors.length === 0 || errors.some(({ code }) => code !== CODE.DUPLICATE_KEY)) throw error;
  return errors.flatMap(({ index }) => documents[index] ?? []);
}
