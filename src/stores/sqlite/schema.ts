import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { MikroORM } from '@mikro-orm/sql';
import { whenFree } from './busy.ts';
import { repairInstants } from './repair-instants.ts';
import { BLAME_VIEW } from './view.ts';

/**
 * Makes or upgrades tables, indexes and the view, all in one transaction that shuts out other processes which
 * boot at the same time. Rows, columns, indexes and triggers that are there stay.
 * @param replaced Id of the database in whose place this one is. A copy of it gets another id: rows that were written
 *   after it was made are missing, whatever the cursors of a run say.
 * @returns the id of the database, made with it.
 */
export async function prepareSchema(orm: MikroORM, database: DatabaseSync, replaced?: string): Promise<string> {
  await whenFree(() => database.exec('begin immediate'));
  try {
    const sql = await orm.schema.getUpdateSchemaSQL({ safe: true, wrap: false });
    if (sql.trim() !== '') {
      upgrade(database, sql);
      repairInstants(database);
    }
    makeView(database);
    const id = databaseId(database, replaced);
    database.exec('commit');
    return id;
  } finally {
    if (database.isTransaction) database.exec('rollback');
  }
}

/** A table whose columns change type is built anew, which loses what hangs on it. */
function upgrade(database: DatabaseSync, sql: string): void {
  const attached = "from sqlite_master where type in ('index', 'trigger') and sql is not null";
  const before = database.prepare(`select name, sql ${attached}`).all();
  // Views that read the table would keep it from getting its name back.
  database.exec(`pragma legacy_alter_table = on; ${sql}; pragma legacy_alter_table = off`);
  const after = new Set(
    database
      .prepare(`select name ${attached}`)
      .all()
      .map(({ name }) => name),
  );
  for (const lost of before) {
    if (!after.has(lost['name'])) database.exec(String(lost['sql']));
  }
}

function makeView(database: DatabaseSync): void {
  const view = database.prepare("select sql from sqlite_master where type = 'view' and name = 'git_blame'").get();
  if (view?.['sql'] === BLAME_VIEW) return;
  database.exec(`drop view if exists git_blame; ${BLAME_VIEW}`);
}

function databaseId(database: DatabaseSync, replaced: string | undefined): string {
  if (replaced !== undefined) database.prepare('update sync_database set id = ? where id = ?').run(randomUUID(), replaced);
  database
    .prepare('insert into sync_database (id, created_at) select ?, ? where not exists (select 1 from sync_database)')
    .run(randomUUID(), new Date().toISOString());
  return String(database.prepare('select id from sync_database').get()?.['id']);
}
