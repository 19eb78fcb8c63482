import { InvalidInput } from '../../model/errors.ts';
import type { Connection } from './connection.ts';

/** Table in which migrations are noted; not MikroORM's default, which another program in the database may use. */
export const MIGRATIONS_TABLE = 'sync_migrations';

/** Gives the database its id where it has none; under a lock, so that of several one does. */
export const MAKE_DATABASE_ID = 'insert into sync_database (id, created_at) select gen_random_uuid(), now() where not exists (select from sync_database)';

/** `string_to_table`, which the view uses, came with 14. */
const OLDEST_VERSION = 14;

/** What is to be known of a database. */
export interface Server {
  database: string;
  /** Where its tables are or will be: the first schema of the search path. */
  schema: string;
}

/** A migration that was applied. */
export interface Applied {
  name: string;
  at: Date;
}

/** @throws InvalidInput where a database can't be ours, whatever is in it. */
export async function inspectServer(connection: Connection, name: string): Promise<Server> {
  const [row = []] = await connection.all(
    `select current_database(), current_schema(), current_setting('server_version_num')::int / 10000, current_setting('server_version'),
      current_setting('server_encoding'), current_setting('transaction_read_only')`,
  );
  const [database, schema, major, version, encoding, readOnly] = row;
  const refuse = (reason: string) => new InvalidInput([`database ${name} can't be used: ${reason}`]);
  if (Number(major) < OLDEST_VERSION) throw refuse(`its server is PostgreSQL ${version}; ${OLDEST_VERSION} or later is needed`);
  if (encoding !== 'UTF8') throw refuse(`its encoding is ${encoding}; make one with encoding UTF8`);
  if (readOnly === 'on') throw refuse('it is read-only; is it a standby?');
  if (typeof schema !== 'string') throw refuse("no schema of its search path exists, or the user may not use it: 'create schema' or 'grant usage on schema'");
  // MikroORM takes what is before the dot for the schema, and would note migrations elsewhere.
  if (schema.includes('.')) throw refuse(`the first schema of its search path, '${schema}', has a dot in its name: use another one`);
  return { database: String(database), schema };
}

/** The migrations that were applied, in their order. Changes nothing. */
export async function appliedMigrations(connection: Connection): Promise<Applied[]> {
  const [[there] = []] = await connection.all(`select to_regclass('${MIGRATIONS_TABLE}') is not null`);
  if (there !== true) return [];
  const rows = await connection.all(`select name, extract(epoch from executed_at)::float8 * 1000 from ${MIGRATIONS_TABLE} order by id`);
  return rows.map(([name, at]) => ({ name: String(name), at: new Date(Number(at)) }));
}

/** @throws InvalidInput saying what to do where a database hasn't got exactly the migrations `known`. */
export async function refuseOtherSchema(connection: Connection, name: string, known: readonly string[]): Promise<void> {
  const applied = new Set((await appliedMigrations(connection)).map((migration) => migration.name));
  const foreign = [...applied].filter((migration) => !known.includes(migration));
  if (foreign.length > 0) throw new InvalidInput([`database ${name} was migrated by a newer org-sync (${foreign.join(', ')}): update org-sync`]);
  const pending = known.filter((migration) => !applied.has(migration));
  if (pending.length === 0) return;
  const state = applied.size === 0 ? 'has no tables yet' : `is behind by ${pending.join(', ')}`;
  throw new InvalidInput([`database ${name} ${state}: run 'org-sync migrate up --db ${name}' (add the password, if any), or add --migrate`]);
}

/** @throws InvalidInput naming the tables that the user may not read and write. */
export async function refuseLackOfRights(connection: Connection, name: string, tables: readonly string[]): Promise<void> {
  const lacking = await connection.all(
    `select t from unnest($1::text[]) as t where not (has_table_privilege(t, 'select') and has_table_privilege(t, 'insert')
      and has_table_privilege(t, 'update') and has_table_privilege(t, 'delete'))`,
    `{${tables.join(',')}}`,
  );
  if (lacking.length === 0) return;
  throw new InvalidInput([`database ${name} can't be used: the user may not select, insert, update and delete in ${lacking.flat().join(', ')}`]);
}
