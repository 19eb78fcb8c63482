import { accessSync, chmodSync, constants, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidInput } from './model/errors.ts';

/** File systems of the kernel's own: `statfs(2)` types of proc and sysfs. */
const KERNEL_FILE_SYSTEMS = [0x9fa0, 0x62656572];

/**
 * Why a folder can't be our home; undefined where it can. Nothing is made: below /proc, Node's recursive mkdir would
 * try for ever.
 */
export function homeProblem(home: string): string | undefined {
  const mend = 'set ORG_SYNC_HOME to a folder that can be written to';
  try {
    const there = nearest(home);
    if (!statSync(there).isDirectory()) return `ORG_SYNC_HOME: ${there} is not a folder, so ${home} can't be used; ${mend}`;
    if (KERNEL_FILE_SYSTEMS.includes(statfsSync(there).type)) return `ORG_SYNC_HOME: ${there} can't hold files, so ${home} can't be used; ${mend}`;
    accessSync(there, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `ORG_SYNC_HOME: ${home} can't be used (${(error as Error).message}); ${mend}`;
  }
}

/** The folders of our home: clones of private repositories, histories, and programs that are run. */
const FOLDERS = ['bin', 'clones', 'databases'];

/**
 * Makes the home and its folders where they are missing, and closes the folders to other users, whatever the umask is
 * or an earlier version has left. The mode of a home that exists is its owner's choice.
 */
export function makeHome(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  for (const name of FOLDERS) makePrivateFolder(join(home, name));
}

/** Makes a folder that only its owner may enter, or turns one that exists into such a folder. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(folder).mode & 0o777) === 0o700) return;
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    throw new InvalidInput([
      `ORG_SYNC_HOME: ${folder} can't be closed to other users (${(error as Error).message}); remove it, or set ORG_SYNC_HOME to another folder`,
    ]);
  }
}

/** The path itself, or the nearest above it that exists. */
function nearest(path: string): string {
  try {
    statSync(path);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || path === dirname(path)) throw error;
    return nearest(dirname(path));
  }
}
