import { accessSync, closeSync, constants, openSync, rmSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvalidInput } from '../../model/errors.ts';

/** File systems of the kernel's own, where opening a file may wait for ever: `statfs(2)` types of proc and sysfs. */
const KERNEL_FILE_SYSTEMS = [0x9fa0, 0x62656572];

/** Bytes of a page; a database of one page has no table. */
const PAGE_SIZE = 4096;

/**
 * Looks whether a database can be at `path` before SQLite does, which would tell less and leave an empty file.
 * An existing file is never opened here: closing it would drop the locks this process holds on it.
 * @returns whether there was no file, so that this has made an empty one.
 * @throws InvalidInput saying what is wrong with the path.
 */
export function claimFile(path: string): boolean {
  const folder = dirname(path);
  const folderStats = stats(folder);
  if (folderStats === undefined) throw refusal(path, `the folder ${folder} doesn't exist: create it first`);
  if (!folderStats.isDirectory()) throw refusal(path, `${folder} is not a folder`);
  if (KERNEL_FILE_SYSTEMS.includes(statfsSync(folder).type)) throw refusal(path, `${folder} can't hold files`);
  // SQLite puts its log beside the database.
  allow(path, folder, constants.W_OK | constants.X_OK, 'written to');

  const fileStats = stats(path);
  if (fileStats === undefined) return create(path);
  if (fileStats.isDirectory()) throw refusal(path, 'it is a folder');
  if (!fileStats.isFile()) throw refusal(path, 'it is not a regular file');
  allow(path, path, constants.R_OK, 'read');
  allow(path, path, constants.W_OK, 'written to');
  return false;
}

/** Takes back a file that {@link claimFile} made, unless there is more in it than SQLite's first page or somebody uses it. */
export function unclaimFile(path: string): void {
  const fileStats = stats(path);
  if (fileStats !== undefined && fileStats.size <= PAGE_SIZE && stats(`${path}-wal`) === undefined) rmSync(path);
}

function create(path: string): boolean {
  try {
    closeSync(openSync(path, 'a'));
    return true;
  } catch (error) {
    throw refusal(path, `it can't be created (${codeOf(error)})`);
  }
}

function stats(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refusal(path, `it can't be reached (${code})`);
  }
}

function allow(path: string, target: string, mode: number, what: string): void {
  try {
    accessSync(target, mode);
  } catch (error) {
    throw refusal(path, `${target} can't be ${what} (${codeOf(error)})`);
  }
}

function refusal(path: string, reason: string): InvalidInput {
  return new InvalidInput([`database ${path} can't be used: ${reason}`]);
}

/** 'EACCES' and the like. @throws what isn't an error of the file system. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}
