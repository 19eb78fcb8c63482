import type { Configuration } from '@mikro-orm/core';
import { AbstractSqlDriver, BaseSqliteConnection, type DatabaseTable, SqlitePlatform, SqliteSchemaHelper, type TableDifference } from '@mikro-orm/sql';
import { STORED_TABLES } from '../tables.ts';

/**
 * Tables that keep a rowid although their key is composite. WITHOUT ROWID stores whole rows in the key's tree:
 * a third smaller for small rows, but measured 2.5 times slower for commits with their messages.
 */
const LARGE_ROWS: readonly string[] = Object.values(STORED_TABLES)
  .filter(({ definition }) => definition.largeRows === true)
  .map(({ name }) => name);

/** MikroORM's driver for a dialect given in `driverOptions`, with the schema helper below. */
export class OrgSyncSqliteDriver extends AbstractSqlDriver<BaseSqliteConnection> {
  constructor(config: Configuration) {
    super(config, new Platform(), BaseSqliteConnection, ['kysely']);
  }
}

class Platform extends SqlitePlatform {
  protected override readonly schemaHelper: SchemaHelper = new SchemaHelper(this);
}

class SchemaHelper extends SqliteSchemaHelper {
  override createTable(table: DatabaseTable, alter?: boolean): string[] {
    const [create = '', ...rest] = super.createTable(table, alter);
    const small = table.getPrimaryKey()?.composite === true && !LARGE_ROWS.includes(table.name);
    return [small ? create.replace(/;?$/, ' without rowid;') : create, ...rest];
  }

  /**
   * In a safe update MikroORM would still drop indexes it doesn't know, take a column that somebody added for
   * a new one of ours that was renamed, and leave it out when it has to rebuild the table.
   */
  override alterTable(difference: TableDifference, safe?: boolean): string[] {
    if (safe === true) keepAdditions(difference);
    return super.alterTable(difference, safe);
  }
}

function keepAdditions(difference: TableDifference): void {
  const { fromTable, toTable } = difference;
  difference.removedIndexes = {};
  for (const column of Object.values(difference.renamedColumns)) difference.addedColumns[column.name] = column;
  difference.renamedColumns = {};
  for (const column of fromTable.getColumns()) {
    if (!toTable.hasColumn(column.name)) toTable.addColumn(column);
  }
}
