import { randomUUID } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { Column } from './columns.ts';
import { CODE, codeOf } from './errors.ts';

/**
 * Makes the indexes that a collection lacks, and with them the collection. The ORM's own way drops indexes of others where
 * it fails.
 */
export async function ensureIndexes(collection: Collection<never>, columns: readonly Column[]): Promise<void> {
  const indexes = columns.filter(({ indexed }) => indexed).map(({ field }) => ({ key: { [field]: 1 } }));
  if (indexes.length > 0) await collection.createIndexes(indexes);
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
