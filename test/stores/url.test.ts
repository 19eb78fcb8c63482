import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../src/model/errors.ts';
import { databaseKey, openMigrations, openStore, parseDatabaseUrl } from '../../src/stores/open.ts';
import { printableUrl } from '../../src/stores/url.ts';

describe('an SQLite URL', () => {
  it.each([
    ['sqlite:///relative.db', resolve('relative.db')],
    ['sqlite:///sub/relative.db', resolve('sub/relative.db')],
    ['sqlite:////absolute.db', '/absolute.db'],
    ['SQLite:////absolute.db', '/absolute.db'],
    ['sqlite+aiosqlite:////absolute.db', '/absolute.db'],
    ['sqlite+aiosqlite:////absolute.db?check_same_thread=false', '/absolute.db'],
    ['sqlite+aiosqlite:////absolute.db?timeout=30&isolation_level=IMMEDIATE', '/absolute.db'],
    ['sqlite:////a b/%20/é#1@x.db', '/a b/%20/é#1@x.db'],
    ['sqlite:////what%3F/facts.db', '/what%3F/facts.db'],
    ['/what?/facts.db', '/what?/facts.db'],
    [' /facts.db\n', '/facts.db'],
    ['relative.sqlite', resolve('relative.sqlite')],
    ['../up/a b#1?mode=ro.SQLite3', resolve('../up/a b#1?mode=ro.SQLite3')],
    ['/2026-01-01T00:00/x.db', '/2026-01-01T00:00/x.db'],
    ['  sqlite:////absolute.db\n', '/absolute.db'],
  ])('%s means %s', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: 'sqlite', path });
  });

  it.each(['sqlite://', 'sqlite:///', 'sqlite://relative.db', 'sqlite:///:memory:', 'sqlite:///folder/', 'sqlite:///a\0b'])(
    '%s is refused with the right form',
    (url) => {
      expect(() => parseDatabaseUrl(url)).toThrow(/write sqlite:\/\/\/relative\.db or sqlite:\/\/\/\/absolute\.db/);
    },
  );
});

describe('what follows a question mark in an SQLite URL', () => {
  it.each([
    ['sqlite:////what?/facts.db', "has '/facts.db' after a question mark"],
    ['sqlite:////facts.db?', "has '' after a question mark"],
    ['sqlite:////facts.db?mode=ro', "has 'mode=ro' after a question mark"],
    ['sqlite:////facts.db?timeout=5&immutable=1#x&vfs=unix', "has 'immutable=1#x&vfs=unix' after a question mark"],
    ['sqlite:///file:facts.db?mode=rwc&uri=true', "has 'mode=rwc&uri=true' after a question mark"],
    ['sqlite:////a.db?timeout=5?/b.db', "has 'timeout=5?/b.db' after a question mark"],
  ])('%s is refused unless it is known to change nothing', (url, problem) => {
    const parse = () => parseDatabaseUrl(url);
    expect(parse).toThrow(InvalidInput);
    expect(parse).toThrow(problem);
  });
});

describe('a server URL', () => {
  it.each([
    ['postgresql://me:pw@Host:5433/facts', 'postgresql', 'postgresql://me:pw@Host:5433/facts', ['host:5433']],
    ['postgresql+asyncpg://me:pw@host/facts?ssl=true', 'postgresql', 'postgresql://me:pw@host/facts?ssl=true', ['host']],
    ['Postgres://me@host/facts', 'postgresql', 'postgresql://me@host/facts', ['host']],
    ['postgresql://me@/facts', 'postgresql', 'postgresql://me@/facts', []],
    ['postgresql://me:p@w@host/facts', 'postgresql', 'postgresql://me:p@w@host/facts', ['host']],
    ['postgresql://me:p%40w@[::1]:5432/facts', 'postgresql', 'postgresql://me:p%40w@[::1]:5432/facts', ['[::1]:5432']],
    ['mongodb://me:pw@b:27017,a:27018/facts?replicaSet=x', 'mongodb', 'mongodb://me:pw@b:27017,a:27018/facts?replicaSet=x', ['b:27017', 'a:27018']],
    ['MongoDB+SRV://me:pw@host/facts', 'mongodb', 'mongodb+srv://me:pw@host/facts', ['host']],
    ['mongodb+motor://me:pw@host/facts', 'mongodb', 'mongodb://me:pw@host/facts', ['host']],
  ])('%s is read', (text, kind, url, hosts) => {
    expect(parseDatabaseUrl(text)).toEqual({ kind, url, hosts, user: 'me', database: 'facts' });
  });

  it.each([
    ['postgresql://me:s3cret@host', 'names no database'],
    ['postgresql://me:s3cret@host/', 'names no database'],
    ['mongodb://me:s3cret@/facts', 'names no host'],
    ['mysql://me:s3cret@host/facts', "the scheme 'mysql', which isn't known"],
    ['postgresql://me:s3cret/x@host/facts', 'malformed'],
    ['postgresql://me:5/s3cret@host/facts', 'malformed'],
    ['sqlite://me:s3cret@host/facts.db', 'lacks a slash'],
    ['postgresql://me:s3cret#x@host/facts', 'malformed'],
    ['postgresql://me:s3cret?x@host/facts', 'names no database|malformed'],
    ['postgresql://me:s3cret@host:port/facts', 'malformed'],
    ['postgresql://me:s3cret@ho st/facts', 'malformed'],
    ['postgresql://me:s3cret@host/100%', 'malformed'],
    ['mongodb://me:s3cret@host/%zz', 'malformed'],
    ['postgresql:me:s3cret@host/facts', 'is not a URL'],
    ['me:s3cret://host', 'is not a URL'],
    ['me:s3cret@host/facts.db', 'is not a URL'],
    ['postgresql:me:s3cret@host/facts.db', 'is not a URL'],
    ['s3cret', 'is not a URL'],
    ['', 'is not a URL'],
  ])('%s is refused without a word of the password', (url, problem) => {
    const parse = () => parseDatabaseUrl(url);
    expect(parse).toThrow(InvalidInput);
    expect(parse).toThrow(new RegExp(problem));
    expect(parse).not.toThrow(/s3cret/);
  });
});

describe('a message about a URL', () => {
  it.each([
    ['mysql://me:s3cret@host:3306/facts?ssl=s3cret', "the database URL 'mysql://host:3306/facts' has the scheme 'mysql'"],
    ['postgresql://me:s3cret@host', "the postgresql URL 'postgresql://host' names no database"],
    ['postgresql://me:s3cret', "the postgresql URL 'postgresql://me:…' is malformed"],
    ['me:s3cret@host/facts', "the database URL 'host/facts' is not a URL"],
    ['sqlite:///:memory:', "the SQLite URL 'sqlite:///:memory:' names no file"],
  ])('quotes %s without user info and options', (url, message) => {
    expect(() => parseDatabaseUrl(url)).toThrow(message);
    expect(() => parseDatabaseUrl(url)).not.toThrow(/s3cret/);
  });
});

describe('the printable form', () => {
  it.each([
    ['sqlite:////absolute.db', 'sqlite:////absolute.db'],
    ['postgresql+asyncpg://me:s3cret@Host:5433/facts?password=s3cret', 'postgresql://me@host:5433/facts'],
    ['postgresql://host/facts', 'postgresql://host/facts'],
    ['mongodb+srv://me:s3cret@host/facts?authMechanismProperties=AWS_SESSION_TOKEN:s3cret', 'mongodb+srv://me@host/facts'],
  ])('of %s is %s', (url, printable) => {
    expect(printableUrl(parseDatabaseUrl(url))).toBe(printable);
  });
});

describe('the key of a database', () => {
  const key = (url: string) => databaseKey(parseDatabaseUrl(url));
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'org-sync-url-')));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is that of the real path, whether the file is there or not', () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const expected = createHash('sha256')
      .update(join(folder, 'real', 'x.db'))
      .digest('hex')
      .slice(0, 12);
    expect(key(`sqlite:///${folder}/link/x.db`)).toBe(expected);
    writeFileSync(join(folder, 'real', 'x.db'), '');
    expect(key(`sqlite:///${folder}/link/x.db`)).toBe(expected);
    expect(key(`sqlite+aiosqlite:///${folder}/real/../real/x.db`)).toBe(expected);
    symlinkSync(join(folder, 'real', 'x.db'), join(folder, 'y.db'));
    expect(key(`sqlite:///${folder}/y.db`)).toBe(expected);
  });

  it('can be had of a path that does not exist', () => {
    expect(key(`sqlite:///${folder}/a/b/x.db`)).toMatch(/^[0-9a-f]{12}$/);
    expect(key(`sqlite:///${folder}/a/b/x.db`)).not.toBe(key(`sqlite:///${folder}/a/c/x.db`));
  });

  it('of a server depends on host, port and name alone, wherever the URL says them', () => {
    const expected = key('postgresql://me:pw@host/facts');
    expect(key('postgres://other:else@HOST:5432/facts?ssl=1')).toBe(expected);
    expect(key('postgresql://me:pw@host:5433/facts')).not.toBe(expected);
    expect(key('postgresql://me:pw@host/other')).not.toBe(expected);
    expect(key('postgresql://me@/facts?host=/run/a')).not.toBe(key('postgresql://me@/facts?host=/run/b'));
    expect(key('postgresql://me@/facts?host=/run/a&port=5433')).not.toBe(key('postgresql://me@/facts?host=/run/a'));
    expect(key('postgresql://me@/facts?host=/run/a&application_name=x')).toBe(key('postgresql://other@/facts?host=/run/a'));
    expect(key('mongodb://a,b/facts')).toBe(key('mongodb://b:27017,a:27017/facts'));
    expect(key('mongodb+srv://a/facts')).not.toBe(key('mongodb://a/facts'));
  });
});

it.each([openStore, openMigrations])('a malformed URL rejects the promise of %o and is never thrown', async (open) => {
  const opened = open('mongodb://me:s3cret@host/%');
  await expect(opened).rejects.toThrow(InvalidInput);
});
