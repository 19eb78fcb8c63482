import type { TableName } from '../../schema/tables.ts';
import type { Store } from '../store.ts';
import { printableUrl } from '../url.ts';
import { createClient, type MongodbUrl } from './client.ts';
import { type Row, Rows } from './collection.ts';
import { columnsOf } from './columns.ts';
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
    const { orm, metadata, keys } = createOrm(client, decodeURIComponent(url.database));
    const connection = orm.em.getConnection();
    await connection.getDb().command({ ping: 1 });
    const tables = metadata.map((table): [string, TableAccess] => {
      const columns = columnsOf(table, keys);
      const rows = new Rows(connection.getCollection<Row>(table.tableName), name);
      return [table.tableName, { rows, writer: new TableWriter(table.tableName, columns, rows) }];
    });
    for (const [table, { writer }] of tables) await ensureIndexes(connection.getCollection(table), writer.columns);
    await makeBlameView(connection.getDb(), name);
    const id = await databaseId(connection.getDb());
    const now = async () => (await connection.getDb().command({ hello: 1 }))['localTime'] as Date;
    return new MongodbStore(id, Object.fromEntries(tables) as Record<TableName, TableAccess>, now, () => client.close());
  } catch (error) {
    await client.close();
    throw translateOpening(error, name);
  }
}
