import { randomUUID } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { Column } from './columns.ts';
import { CODE, codeOf } from './errors.ts';

/**
 * Makes the indexes that a collection lacks, and with them the collection. One by one: FerretDB breaks the connection
 * when it's asked for several that are there. The ORM's own way, where it fails, drops the collection's other indexes.
 */
export async function ensureIndexes(collection: Collection, columns: readonly Column[]): Promise<void> {
  for (const { field } of columns.filter(({ indexed }) => indexed)) await collection.createIndex({ [field]: 1 });
}

/**
 * The id of the database, made by whoever opens it first: the `_id` that all try to insert decides between processes that do
 * at once. A user who may not write fails here at the latest.
 */
export async function databaseId(database: Db): Promise<string> {
  const collection = database.collection<{ _id: string; id: string; created_at: Date }>('sync_database');
  const _id = 'database';
  try {
    await collection.insertOne({ _id, id: randomUUID(), created_at: new Date() });
  } catch (error) {
    if (codeOf(error) !== CODE.DUPLICATE_KEY) throw error;
  }
  const row = await collection.findOne({ _id });
  return String(row?.id);
}
