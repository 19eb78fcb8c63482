import type { Document } from 'mongodb';
import type { TableName } from '../../src/schema/tables.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { type MongoServer, startMongo, useMongoServer } from '../support/mongo.ts';
import { recordFrom } from './record.ts';
import type { Stored, TestDatabase } from './subject.ts';

/** A MongoDB database that nobody else uses. */
export interface MongodbTestDatabase extends TestDatabase {
  name: string;
  /** Every document of a collection, as it is stored, by `_id`. */
  documents(collection: string): Promise<Document[]>;
}

/** The first one may have to be built. */
const START_MS = 900_000;

/** A server for the calling test file. */
export const useMongo = (): (() => MongoServer) => forThisFile(useMongoServer, START_MS);

/** One that the test may kill. */
export const useOwnMongo = (): (() => Awaited<ReturnType<typeof startMongo>>) => forThisFile(startMongo, START_MS);

export function mongodbDatabase(server: MongoServer): MongodbTestDatabase {
  const name = server.newName();
  const documents: MongodbTestDatabase['documents'] = (collection) => server.client.db(name).collection<Document>(collection).find().sort({ _id: 1 }).toArray();
  return {
    name,
    url: server.url(name),
    documents,
    rows: async <T extends TableName>(table: T) => (await documents(table)).map((stored) => recordOf(table, stored) as Stored<T>),
    drop: async () => {
      await server.client.db(name).dropDatabase();
    },
  };
}

/** The record that a document is. */
function recordOf(table: TableName, { _id, ...fields }: Document): object {
  const values: Document = table === 'repos' ? { id: _id, ...fields } : fields;
  return recordFrom(values, (_property, value) => plain(value));
}

/** JSON with the names of its properties as they were. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [decodeName(name), plain(each)]));
}

function decodeName(name: string): string {
  return name.replaceAll('%2E', '.').replaceAll('%24', '$').replaceAll('%25', '%');
}
