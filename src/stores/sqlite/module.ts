import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidInput } from '../../model/errors.ts';
import type { StoreModule } from '../store-module.ts';
import { type FileUrl, quoteUrl } from '../url.ts';

/** Endings by which a path without a scheme is taken for an SQLite file. */
const SQLITE_FILE = /\.(db|sqlite|sqlite3)$/i;

/** Options of Python's SQLite driver, which URLs of the older system may have; none changes which rows are written where. */
const PYTHON_OPTION = /^(cached_statements|check_same_thread|detect_types|isolation_level|timeout)=[\w.]*$/;

/** SQLite. A relative path starts from the current folder. */
export const sqlite: StoreModule<FileUrl> = {
  schemes: ['sqlite'],
  examples: ['sqlite:///relative.db', 'sqlite:////absolute.db', 'a path that ends in .db'],
  parse: (rest) => ({ kind: 'sqlite', path: parsePath(rest) }),
  parsePath: (text) => (isPlainPath(text) ? { kind: 'sqlite', path: resolve(text) } : undefined),
  identify: ({ path }) => realPathOf(path),
  open: async ({ path }) => (await import('./open.ts')).openSqliteStore(path),
};

/** A colon before the first slash would be that of a URL, perhaps with a password. */
function isPlainPath(text: string): boolean {
  return SQLITE_FILE.test(text) && /^[^:]*(\/|$)/.test(text) && !text.includes('\0');
}

/** Nothing is percent-decoded, as in SQLAlchemy's URLs: folders are named so. */
function parsePath(rest: string): string {
  const [path = '', ...more] = rest.split('?');
  const file = path.slice(1);
  const named = file !== '' && !file.endsWith('/') && file !== ':memory:' && !file.includes('\0');
  if (path.startsWith('/') && named) {
    if (more.length > 0) refuseUnknownOptions(more.join('?'), rest.slice(1));
    return resolve(file);
  }
  const problem = path.startsWith('/') || path === '' ? 'names no file' : 'lacks a slash';
  throw new InvalidInput([`the SQLite URL${quoteUrl(`sqlite://${rest}`)} ${problem}: write sqlite:///relative.db or sqlite:////absolute.db`]);
}

/** What isn't known may be meant to change how the file is opened, or be part of its name. */
function refuseUnknownOptions(options: string, path: string): void {
  const unknown = options.split('&').filter((option) => !PYTHON_OPTION.test(option));
  if (unknown.length === 0) return;
  throw new InvalidInput([
    `the SQLite URL has '${unknown.join('&')}' after a question mark, which isn't an option that is known: leave it out, or give a file of that name as a path that ends in .db, .sqlite or .sqlite3, without sqlite:/// (${path})`,
  ]);
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
