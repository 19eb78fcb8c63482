import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { InvalidInput } from '../../model/errors.ts';
import { reasonFor, translateFileError } from './file-errors.ts';

/** Folders that may be read; links are resolved. */
export type AllowedRoots = () => Promise<readonly string[]>;

/** The real paths of the roots that are there. */
export async function realRoots(allowed: AllowedRoots): Promise<string[]> {
  const roots = await Promise.all(
    (await allowed()).map(async (root) => {
      try {
        return [await realpath(root)];
      } catch (error) {
        // Nothing lies below it, so it allows nothing.
        if (translateFileError(error) === error) throw error;
        return [];
      }
    }),
  );
  return roots.flat();
}

/** Whether a real path is one of the folders or lies below one. */
export function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));
}

/**
 * The real path behind a path from an input, links and `..` resolved.
 * @throws InvalidInput if nothing is there, it can't be read, or it lies outside the allowed folders.
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
    throw new InvalidInput([
      `paths: ${path} lies outside the folders this worker may read; add one to ORG_SYNC_LOCAL_ROOTS where it runs, or use 'org-sync sync local' without TEMPORAL_ADDRESS`,
    ]);
  }
  return real;
}
