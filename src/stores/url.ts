import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidInput } from '../model/errors.ts';

/** What a database URL means. `url` may hold a password: print {@link printableUrl} instead. */
export type DatabaseUrl =
  | { kind: 'sqlite' /** Absolute. */; path: string }
  | {
      kind: 'postgresql' | 'mongodb';
      /** As given, without the Python driver that the scheme may name ('postgresql+asyncpg'). */
      url: string;
      /** Lower-case, with the port where one is given; several for a replica set, none for a local socket. */
      hosts: string[];
      user: string;
      database: string;
    };

const FORMS = 'sqlite:///relative.db, sqlite:////absolute.db, a path that ends in .db, postgresql://user@host/name or mongodb://user@host/name';
const DEFAULT_PORTS = { postgresql: '5432', mongodb: '27017' };

/** Endings by which a path without a scheme is taken for an SQLite file. */
const SQLITE_FILE = /\.(db|sqlite|sqlite3)$/i;

/** Options of Python's SQLite driver, which URLs of the older system may have; none changes which rows are written where. */
const PYTHON_OPTION = /^(cached_statements|check_same_thread|detect_types|isolation_level|timeout)=[\w.]*$/;

/**
 * Reads a database URL; the kind comes from the scheme, whatever its case. A relative SQLite path starts
 * from the current folder. A path without a scheme is taken as it is.
 * @throws InvalidInput with a message that holds nothing of the URL but its scheme, names of options and, for SQLite, its path.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const given = text.trim();
  if (isPlainPath(given)) return { kind: 'sqlite', path: resolve(given) };
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(given) ?? [];
  const [kind, driver] = scheme.toLowerCase().split('+');
  if (kind === 'sqlite') return { kind, path: sqlitePath(rest) };
  if (kind === 'postgresql' || kind === 'postgres') return serverUrl('postgresql', 'postgresql', rest);
  if (kind === 'mongodb') return serverUrl(kind, driver === 'srv' ? 'mongodb+srv' : kind, rest);
  const problem = scheme === '' ? 'is not a URL' : `has the scheme '${scheme}', which isn't known`;
  throw new InvalidInput([`the database URL ${problem}: write ${FORMS}`]);
}

/** First 12 hex digits of SHA-256 of the database that a URL means, whoever logs in and through whichever link. */
export function databaseKey(url: DatabaseUrl): string {
  return createHash('sha256').update(identity(url)).digest('hex').slice(0, 12);
}

/** The URL without password and options. */
export function printableUrl(url: DatabaseUrl): string {
  if (url.kind === 'sqlite') return `sqlite:///${url.path}`;
  const scheme = url.url.slice(0, url.url.indexOf('://'));
  const user = url.user === '' ? '' : `${url.user}@`;
  return `${scheme}://${user}${url.hosts.join(',')}/${url.database}`;
}

/** A colon before the first slash would be that of a URL, perhaps with a password. */
function isPlainPath(text: string): boolean {
  return SQLITE_FILE.test(text) && /^[^:]*(\/|$)/.test(text) && !text.includes('\0');
}

/** Nothing is percent-decoded, as in SQLAlchemy's URLs: folders are named so. */
function sqlitePath(rest: string): string {
  const [path = '', ...more] = rest.split('?');
  const file = path.slice(1);
  const named = file !== '' && !file.endsWith('/') && file !== ':memory:' && !file.includes('\0');
  if (path.startsWith('/') && named) {
    if (more.length > 0) refuseSqliteOptions(more.join('?'), rest.slice(1));
    return resolve(file);
  }
  const problem = path.startsWith('/') || path === '' ? 'names no file' : 'lacks a slash';
  throw new InvalidInput([`the SQLite URL ${problem}: write sqlite:///relative.db or sqlite:////absolute.db`]);
}

/** What isn't known may be meant to change how the file is opened, or be part of its name. */
function refuseSqliteOptions(options: string, path: string): void {
  const unknown = options.split('&').filter((option) => !PYTHON_OPTION.test(option));
  if (unknown.length === 0) return;
  throw new InvalidInput([
    `the SQLite URL has '${unknown.join('&')}' after a question mark, which isn't an option that is known: leave it out, or give a file of that name as a path that ends in .db, .sqlite or .sqlite3, without sqlite:/// (${path})`,
  ]);
}

function serverUrl(kind: 'postgresql' | 'mongodb', scheme: string, rest: string): DatabaseUrl {
  const match = /^(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^/?#@]*))?(?:\?[^#]*)?$/s.exec(rest);
  const [, login = '', hostList = '', database = ''] = match ?? [];
  const hosts = hostList === '' ? [] : hostList.toLowerCase().split(',');
  const wellFormed = hosts.every((host) => /^(\[[0-9a-f:.]+\]|[^\s:[\]]+)(:\d{1,5})?$/.test(host));
  if (match === null || !wellFormed || !isDecodable(database)) {
    throw new InvalidInput([
      `the ${kind} URL is malformed: write ${scheme}://user:password@host/name, with special characters of the password percent-encoded`,
    ]);
  }
  if (kind === 'mongodb' && hosts.length === 0) throw new InvalidInput([`the ${kind} URL names no host`]);
  if (database === '') {
    throw new InvalidInput([`the ${kind} URL names no database: add one, as in ${scheme}://host/name`]);
  }
  const [user = ''] = login.split(':');
  return { kind, url: `${scheme}://${rest}`, hosts, user, database };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

function identity(url: DatabaseUrl): string {
  if (url.kind === 'sqlite') return realPathOf(url.path);
  const withoutPort = url.url.startsWith('mongodb+srv:');
  const hosts = url.hosts.map((host) => (withoutPort || /:\d+$/.test(host) ? host : `${host}:${DEFAULT_PORTS[url.kind]}`));
  return `${url.kind}://${hosts.sort().join(',')}/${url.database}${url.kind === 'postgresql' ? placeInOptions(url.url) : ''}`;
}

/** Those options of a PostgreSQL URL that say where the server is, as for a local socket: they count more than what is before them. */
function placeInOptions(url: string): string {
  const options = new URLSearchParams(url.split('?')[1]);
  const place = new URLSearchParams();
  for (const name of ['host', 'port']) {
    const value = options.getAll(name).at(-1);
    if (value !== undefined) place.set(name, value);
  }
  return place.size === 0 ? '' : `?${place}`;
}

/** The path with every link resolved, as far as it can be: what can't be is for whoever opens it to complain about. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || path === dirname(path)) throw error;
    return join(realPathOf(dirname(path)), basename(path));
  }
}
