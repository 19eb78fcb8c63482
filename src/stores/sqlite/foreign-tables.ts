import type { DatabaseSync } from 'node:sqlite';
import { InvalidInput } from '../../model/errors.ts';
import { STORED_TABLES, type StoredTable } from '../tables.ts';

/**
 * Looks whether tables of somebody else's bear the names of ours. In a database that org-sync has made,
 * columns that are missing are an older version's; elsewhere they say that the table isn't ours.
 * @throws InvalidInput naming each such table and what is wrong with it.
 */
export function refuseForeignTables(database: DatabaseSync, path: string): void {
  const kindOf = kinds(database);
  const ours = kindOf.get('sync_database') === 'table';
  const problems = Object.values(STORED_TABLES).flatMap((table) => {
    const kind = kindOf.get(table.name);
    if (kind === undefined) return [];
    const problem = kind === 'table' ? mismatch(database, table, ours) : `it is a ${kind}`;
    return problem === undefined ? [] : [`'${table.name}' (${problem})`];
  });
  const view = kindOf.get('git_blame');
  if (view !== undefined && !(ours && view === 'view')) problems.push(`'git_blame' (it is a ${view})`);
  if (problems.length === 0) return;
  throw new InvalidInput([`database ${path} has tables that org-sync didn't make: ${problems.join(', ')}; use another file`]);
}

function kinds(database: DatabaseSync): Map<string, string> {
  const rows = database.prepare("select lower(name) as name, type from sqlite_master where type in ('table', 'view')").all();
  return new Map(rows.map(({ name, type }) => [String(name), String(type)]));
}

function mismatch(database: DatabaseSync, table: StoredTable, ours: boolean): string | undefined {
  const columns = database
    .prepare('select lower(name) as name, pk, "notnull" and dflt_value is null and not hidden as required from pragma_table_xinfo(?)')
    .all(table.name);
  const names = new Set(columns.map(({ name }) => String(name)));
  const missing = table.columns.find(({ name, key }) => !names.has(name) && (key || !ours));
  if (missing !== undefined) return `no column '${missing.name}'`;
  const key = columns.filter(({ pk }) => pk !== 0).map(({ name }) => String(name));
  const wantedKey = table.key.map(({ name }) => name);
  if (key.length !== wantedKey.length || wantedKey.some((name) => !key.includes(name))) {
    return `its primary key is (${key.join(', ')}), not (${wantedKey.join(', ')})`;
  }
  // Nobody but its owner could fill it.
  const foreign = columns.find(({ name, required }) => required === 1 && !table.columns.some((column) => column.name === name));
  return foreign === undefined ? undefined : `column '${String(foreign['name'])}' needs a value`;
}
