import { InvalidInput } from '../model/errors.ts';

/** What the URL of a database file means. */
export interface FileUrl {
  kind: 'sqlite';
  /** Absolute. */
  path: string;
}

/** What the URL of a database on a server means. `url` may hold a password: print {@link printableUrl} instead. */
export interface ServerUrl<Kind extends string> {
  kind: Kind;
  /** As given, without the Python driver that the scheme may name ('postgresql+asyncpg'). */
  url: string;
  /** Lower-case, with the port where one is given; several for a replica set, none for a local socket. */
  hosts: string[];
  user: string;
  database: string;
}

/** What a database URL means. */
export type DatabaseUrl = FileUrl | ServerUrl<'postgresql'> | ServerUrl<'mongodb'>;

/** A kind of database. */
export type StoreKind = DatabaseUrl['kind'];

/** The URL without password and options. */
export function printableUrl(url: DatabaseUrl): string {
  if ('path' in url) return `sqlite:///${url.path}`;
  const scheme = url.url.slice(0, url.url.indexOf('://'));
  const user = url.user === '' ? '' : `${url.user}@`;
  return `${scheme}://${user}${url.hosts.join(',')}/${url.database}`;
}

/** Quotes a URL that can't be parsed, without user info and options. Returns '' for a single word, which may be a password. */
export function quoteUrl(given: string): string {
  const shown = redactUrl(given);
  return /[/.:]/.test(shown) ? ` '${shown}'` : '';
}

/** Removes user info, options, and what follows a colon but isn't a port. */
function redactUrl(given: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(given) ?? [];
  const [place = ''] = rest.slice(rest.lastIndexOf('@') + 1).split('?');
  return scheme + place.replace(/:(?!\d{1,5}([/,]|$)|memory:|$).*$/s, ':…');
}

/**
 * Reads the URL of a database on a server.
 * @param rest What follows `://`.
 * @throws InvalidInput with a message that quotes the URL without user info and options.
 */
export function parseServerUrl<Kind extends string>(kind: Kind, scheme: string, rest: string): ServerUrl<Kind> {
  const quoted = quoteUrl(`${scheme}://${rest}`);
  const match = /^(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^/?#@]*))?(?:\?[^#]*)?$/s.exec(rest);
  const [, login = '', hostList = '', database = ''] = match ?? [];
  const hosts = hostList === '' ? [] : hostList.toLowerCase().split(',');
  const wellFormed = hosts.every((host) => /^(\[[0-9a-f:.]+\]|[^\s:[\]]+)(:\d{1,5})?$/.test(host));
  if (match === null || !wellFormed || !isDecodable(database)) {
    throw new InvalidInput([
      `the ${kind} URL${quoted} is malformed: write ${scheme}://user:password@host/name, with special characters of the password percent-encoded`,
    ]);
  }
  if (database === '') {
    throw new InvalidInput([`the ${kind} URL${quoted} names no database: add one, as in ${scheme}://host/name`]);
  }
  const [user = ''] = login.split(':');
  return { kind, url: `${scheme}://${rest}`, hosts, user, database };
}

/**
 * A text that is the same for all URLs of one database, whoever logs in.
 * @param port What hosts without a port have; undefined where their ports are looked up.
 */
export function serverIdentity({ kind, hosts, database }: ServerUrl<string>, port: number | undefined): string {
  const named = hosts.map((host) => (port === undefined || /:\d+$/.test(host) ? host : `${host}:${port}`));
  return `${kind}://${named.sort().join(',')}/${database}`;
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
