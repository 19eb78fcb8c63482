import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

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
