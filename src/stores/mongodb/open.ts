import type { Store } from '../store.ts';
import { mapTables } from '../tables.ts';
import { printableUrl } from '../url.ts';
import { createClient, type MongodbUrl } from './client.ts';
import { type Row, Rows } from './collection.ts';
import { mongodbTable } from './columns.ts';
import { translateOpening } from './errors.ts';
import { createOrm } from './orm.ts';
import { databaseId, ensureIndexes } from './schema.ts';
import { MongodbStore, type TableAccess } from './store.ts';
import { TableWriter } from './table-writer.ts';
import { makeBlameView } from './view.ts';

/**
 * Opens a MongoDB database, making what it lacks: collections, indexes, and the view where the server has views.
 * @throws InvalidInput where it can't be reached or used.
 */
export async function openMongodbStore(url: MongodbUrl): Promise<Store> {
  const name = printableUrl(url);
  const client = createClient(url);
  try {
    const connection = createOrm(client, decodeURIComponent(url.database)).em.getConnection();
    await connection.getDb().command({ ping: 1 });
    const tables = mapTables((stored): TableAccess => {
      const table = mongodbTable(stored);
      const rows = new Rows(connection.getCollection<Row>(table.name), name);
      return { rows, writer: new TableWriter(table, rows) };
    });
    for (const { writer } of Object.values(tables)) await ensureIndexes(connection.getCollection(writer.table.name), writer.table.columns);
    await makeBlameView(connection.getDb(), name);
    const id = await databaseId(connection.getDb());
    const now = async () => (await connection.getDb().command({ hello: 1 }))['localTime'] as Date;
    return new MongodbStore(id, tables, now, () => client.close());
  } catch (error) {
    await client.close();
    throw translateOpening(error, name);
  }
}
