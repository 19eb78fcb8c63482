import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { InvalidInput } from '../../model/errors.ts';

/** Folders (real paths) that may be read. */
export type AllowedRoots = () => Promise<readonly string[]>;

/** Whether a real path is one of the folders or lies below one. */
export function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));
}

/**
 * The real path behind a path from an input, links and `..` resolved.
 * @throws InvalidInput where nothing is there, it can't be read, or it lies outside the allowed folders.
 */
export async function allowedPath(path: string, roots: readonly string[]): Promise<string> {
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    throw new InvalidInput([`paths: ${path}: ${reasonFor(error)}`]);
  }
  if (!isBelow(real, roots)) {
    // Says no more than the input did: not where a link leads to.
    throw new InvalidInput([`paths: ${path} lies outside the folders this worker may read; add one to ORG_SYNC_LOCAL_ROOTS, or use 'org-sync sync local'`]);
  }
  return real;
}

function reasonFor(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return "doesn't exist; check the path";
  if (code === 'ENOTDIR') return 'a part of it is a file, not a folder';
  if (code === 'EACCES') return "isn't readable; check its permissions";
  if (code === 'ELOOP') return 'its links lead in a circle';
  return message;
}
