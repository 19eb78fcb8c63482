import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readRegularFile } from '../../checked-files.ts';
import { unquotePath } from '../../git/quote.ts';
import { FatalError } from '../../model/errors.ts';
import { type MayRead, OBJECT_PARTS } from './links.ts';

/** Bytes of a list of folders to borrow from. */
const ALTERNATES_LIMIT = 1_000_000;

/** Folders that one repository may borrow from, directly and in turn. */
const MAX_FOLDERS = 200;

/** Git itself ignores what is borrowed further than this. */
const MAX_DEPTH = 5;

/**
 * Real paths of a folder of objects and of all that it borrows from in turn.
 * @param mayRead A folder where this is false is named, and not looked into.
 * @throws FatalError if there are too many, or a list of them is no file; what the file system says where one can't be read.
 */
export async function findObjectFolders(objects: string, mayRead: MayRead): Promise<string[]> {
  const found = new Set<string>();
  await add(await realpath(objects), 0);
  return [...found];

  async function add(folder: string, depth: number): Promise<void> {
    if (found.has(folder)) return;
    found.add(folder);
    if (found.size > MAX_FOLDERS) throw new FatalError(`it borrows objects from more than ${MAX_FOLDERS} folders (objects/info/alternates)`);
    if (!mayRead(folder)) return;
    const list = await readRegularFile(join(folder, 'info', 'alternates'), ALTERNATES_LIMIT);
    if (list === undefined || depth >= MAX_DEPTH) return;
    for (const line of list.content.toString('latin1').replace(/\0.*/s, '').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const borrowed = await realFolder(resolve(folder, unquotePath(Buffer.from(line, 'latin1')).toString()));
      if (borrowed !== undefined && (!mayRead(borrowed) || (await holdsObjects(borrowed)))) await add(borrowed, depth + 1);
    }
  }
}

/** What isn't there is no loss, to git as well, as long as no object is missing. */
async function realFolder(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isDirectory() ? await realpath(path) : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Nothing is borrowed from any other folder, and nobody gets to read it on that account. */
async function holdsObjects(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => OBJECT_PARTS.test(name));
}
