import { propertyOf } from '../keys.ts';
import type { Part } from '../store.ts';
import type { Column } from './columns.ts';
import { keyExpression } from './long-keys.ts';

/** A statement and the values to bind. */
export interface Statement {
  text: string;
  values: (string | null)[];
}

/** A statement that reads rows, and these in COPY's text format. */
export interface Copy {
  text: string;
  lines: Iterable<string>;
}

/** Characters that are sent at once, about: the server works on them while the next are made. */
const SLICE = 65_536;

/** Where {@link copy} goes back to when it fails. */
export const COPYING = 'copying';

/**
 * Inserts rows. Where one of them is there it fails with a unique violation, and the transaction can go on from
 * {@link COPYING}. One message for all three statements: each would cost a way to the server and back.
 */
export function copy(table: string, columns: readonly Column[], rows: readonly object[], lastSynced: string): Copy {
  const lines = function* () {
    let text = '';
    for (const row of rows) {
      let separator = '';
      for (const column of columns) {
        text += separator;
        text += column.property === 'lastSynced' ? lastSynced : field(column.encode(propertyOf(row, column)));
        separator = '\t';
      }
      text += '\n';
      if (text.length < SLICE) continue;
      yield text;
      text = '';
    }
    yield text;
  };
  return { text: `savepoint ${COPYING}; copy ${table} (${names(columns)}) from stdin; release savepoint ${COPYING}`, lines: lines() };
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function field(value: string | null): string {
  if (value === null) return '\\N';
  return /[\\\t\n\r]/.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '') : value;
}

/**
 * Inserts rows or updates those of the same key, provided that something but `last_synced` differs.
 * @param rows No two of one key: PostgreSQL refuses to touch a row twice.
 * @param lastSynced Bound once for all rows.
 */
export function upsert(table: string, columns: readonly Column[], rows: readonly object[], lastSynced: string): Statement {
  const sent = columns.filter(({ property }) => property !== 'lastSynced');
  const keys = columns.filter(({ key }) => key);
  const data = columns.filter(({ key }) => !key).map(({ name }) => name);
  const compared = sent.filter(({ key }) => !key).map(({ name }) => name);
  const stamped = sent.length < columns.length;
  const selected = columns.map((column) => (sent.includes(column) ? `v.${column.name}::${column.type}` : `$${sent.length + 1}::timestamptz`));
  return {
    text:
      `insert into ${table} as t (${names(columns)}) select ${selected.join(', ')} from ${unnest(sent, 'v')} ` +
      `on conflict (${keys.map(({ keyName }) => keyName).join(', ')}) do update set ${data.map((name) => `${name} = excluded.${name}`).join(', ')} ` +
      `where (${compared.map((name) => `t.${name}`).join(', ')}) is distinct from (${compared.map((name) => `excluded.${name}`).join(', ')})`,
    values: [...arrays(sent, rows), ...(stamped ? [lastSynced] : [])],
  };
}

/** Waits for other transactions that have locked one of the repositories, then keeps these from others until its own ends. */
export function lockRepositories(ids: readonly string[]): Statement {
  return {
    // In one order, so that two never wait for each other.
    text: `select pg_advisory_xact_lock(key) from
      (select distinct hashtextextended(id, 0) as key from jsonb_array_elements_text($1::jsonb) as id order by key) as keys`,
    values: [JSON.stringify(ids)],
  };
}

/** Inserts the rows with the values of `from` in `keys` again, with those of `to` there, unless that makes a key which is taken. */
export function copyWithin(table: string, columns: readonly Column[], keys: readonly Column[], from: object, to: object): Statement {
  const value = (record: object, key: Column) => key.encode(propertyOf(record, key));
  const selected = columns.map((column) => (keys.includes(column) ? `$${keys.indexOf(column) + 1}::${column.type}` : column.name));
  const where = keys.map(({ name, type }, index) => `${name} = $${keys.length + index + 1}::${type}`);
  return {
    text: `insert into ${table} (${names(columns)}) select ${selected.join(', ')} from ${table} where ${where.join(' and ')} on conflict do nothing`,
    values: [...keys.map((key) => value(to, key)), ...keys.map((key) => value(from, key))],
  };
}

/** Deletes the rows that have the values of one of `keys` in `columns`. */
export function remove(table: string, columns: readonly Column[], keys: readonly object[]): Statement {
  return { text: `delete from ${table} t using ${unnest(columns, 'k')} where ${equal(columns)}`, values: arrays(columns, keys) };
}

/** Selects `wanted` of the rows that have the values of one of `keys` in `columns`; `keys` holds none twice. */
export function selectKeys(table: string, wanted: readonly Column[], columns: readonly Column[], keys: readonly object[]): Statement {
  const selected = wanted.map(({ name }) => `t.${name}`).join(', ');
  return { text: `select ${selected} from ${unnest(columns, 'k')} join ${table} t on ${equal(columns)}`, values: arrays(columns, keys) };
}

/** Selects one row, or none, of those that have the values of one of `keys` in `columns`. */
export function selectAny(table: string, columns: readonly Column[], keys: readonly object[], part?: Parted): Statement {
  return { text: `select 1 from ${unnest(columns, 'k')} join ${table} t on ${equal(columns)}${within(part)} limit 1`, values: arrays(columns, keys) };
}

/** A part of a partition, and the column that decides on it. */
export interface Parted {
  column: Column;
  range: Part;
}

/** Deletes the rows that have the values of one of `partitions` in `shared`, but for those whose whole key is among `rows`. */
export function removeOthers(
  table: string,
  {
    shared,
    keys,
    partitions,
    rows,
    part,
  }: { shared: readonly Column[]; keys: readonly Column[]; partitions: readonly object[]; rows: readonly object[]; part?: Parted | undefined },
): Statement {
  const kept = `select from ${unnest(keys, 'w', shared.length)} where ${keys.map(({ name }) => `t.${name} = w.${name}`).join(' and ')}`;
  return {
    text: `delete from ${table} t using ${unnest(shared, 'k')} where ${equal(shared)}${within(part)} and not exists (${kept})`,
    values: [...arrays(shared, partitions), ...arrays(keys, rows)],
  };
}

function within(part: Parted | undefined): string {
  if (part === undefined) return '';
  const { column, range } = part;
  return ` and t.${column.name} > ${range.above}${range.upTo === undefined ? '' : ` and t.${column.name} <= ${range.upTo}`}`;
}

/** A list of column names. */
export function names(columns: readonly Column[]): string {
  return columns.map(({ name }) => name).join(', ');
}

/** By the columns of the primary key, which has no others. */
function equal(columns: readonly Column[]): string {
  return columns.map(({ name, keyName }) => `t.${keyName} = ${keyName === name ? `k.${name}` : keyExpression(`k.${name}`)}`).join(' and ');
}

/**
 * JSON goes as text: an array of it would be sent in the array's own braces.
 * @param bound How many values are bound before these.
 */
function unnest(columns: readonly Column[], alias: string, bound = 0): string {
  const parameters = columns.map(({ type }, index) => `$${bound + index + 1}::${type === 'jsonb' ? 'text' : type}[]`);
  return `unnest(${parameters.join(', ')}) as ${alias}(${names(columns)})`;
}

/**
 * One array for each column, as text. Measured against others' ways with batches of 2,000 rows, this is quicker than
 * the driver's arrays, and as quick, within what runs differ, as COPY into a temporary table, which needs another
 * right, another table in the catalogues for each transaction, and a connection that no pooler shares.
 */
function arrays(columns: readonly Column[], rows: readonly object[]): string[] {
  return columns.map((column) => {
    let text = '{';
    for (const row of rows) {
      const value = column.encode(propertyOf(row, column));
      if (text.length > 1) text += ',';
      if (value === null) text += 'NULL';
      else text += /["\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`;
    }
    return `${text}}`;
  });
}
