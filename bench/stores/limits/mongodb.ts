import type { Document } from 'mongodb';
import { openStore } from '../../../src/stores/open.ts';
import { startMongo } from '../../../test/support/mongo.ts';
import { columnsOf, valuesOf } from '../rows.ts';
import type { Subject } from '../subject.ts';

/** Two databases on the Mongo server that the tests use. The limit is the driver's `insertMany` of the same documents. */
export async function mongodb(): Promise<Subject> {
  const server = await startMongo();
  const store = await openStore(server.url(server.newName()));
  const database = server.client.db(server.newName());
  return {
    store,
    limit: 'insertMany',
    raw: async (table, rows) => {
      const now = new Date();
      const names = columnsOf(table);
      const documents = rows.map((row) => {
        const document: Document = { _id: idOf(row) };
        for (const [index, value] of valuesOf(row).entries()) document[String(names[index])] = value;
        document['last_synced'] = now;
        return document;
      });
      await database.collection(table).insertMany(documents, { ordered: false });
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** As long as those that the store makes. */
function idOf(row: Parameters<typeof valuesOf>[0]): string {
  return 'lineNo' in row ? `${row.repoId}|${row.path}|${String(row.lineNo).padStart(10, '0')}` : `${row.repoId}|${row.commitHash}|${row.filePath}`;
}
