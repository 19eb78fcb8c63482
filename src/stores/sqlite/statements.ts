import type { Column } from './columns.ts';

/**
 * Inserts a row or updates the one of the same key, provided that something but `last_synced` differs.
 * Binds the columns in their order.
 */
export function upsertSql(table: string, columns: readonly Column[]): string {
  const keys = columns.filter(({ key }) => key);
  const data = columns.filter(({ key }) => !key).map(({ name }) => `"${name}"`);
  const compared = data.filter((name) => name !== '"last_synced"');
  return (
    `insert into ${table} (${names(columns)}) values (${columns.map(() => '?').join(', ')}) ` +
    `on conflict (${names(keys)}) do update set ${data.map((name) => `${name} = excluded.${name}`).join(', ')} ` +
    `where ${compared.map((name) => `${name} is not excluded.${name}`).join(' or ')}`
  );
}

/** Deletes the rows that have a value in each of `where`. */
export function deleteSql(table: string, where: readonly Column[]): string {
  return `delete from ${table} where ${equal(where)}`;
}

/**
 * Deletes the rows that have a value in each of `where`, and in the numeric `column` one above the first bound and at most
 * the second that isn't in a JSON array.
 */
export function deleteOthersSql(table: string, where: readonly Column[], column: Column): string {
  const name = `"${column.name}"`;
  return `delete from ${table} where ${equal(where)} and ${name} > ? and ${name} <= ? and ${name} not in (select value from json_each(?))`;
}

/** Gives the rows that have a value in each of `columns` others there, unless that makes a key which is taken. Binds the new values first. */
export function moveSql(table: string, columns: readonly Column[]): string {
  return `update or ignore ${table} set ${columns.map(({ name }) => `"${name}" = ?`).join(', ')} where ${equal(columns)}`;
}

/** Selects `columns` of the rows that have a value in each of `where`. */
export function selectSql(table: string, columns: readonly Column[], where: readonly Column[]): string {
  return `select ${names(columns)} from ${table} where ${equal(where)}`;
}

/** A list of column names, quoted because some ('rows') are words of SQL. */
export function names(columns: readonly Column[]): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

function equal(columns: readonly Column[]): string {
  return columns.map(({ name }) => `"${name}" = ?`).join(' and ');
}
