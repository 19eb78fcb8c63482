import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../files.ts';

/**
 * The mark of a clone of ours, a file in its folder. It says which packs the clone had when it was last whole; its time
 * is when the clone was last used. Without one, or with an empty one, the clone is half made.
 */
const MARK = 'org-sync-clone';

/** Sizes in bytes of pack files and their indexes by name. */
type Packs = Record<string, number>;

/** Notes that a clone is being made. */
export async function markBegun(gitDir: string): Promise<void> {
  await writeFile(join(gitDir, MARK), '');
}

/** Notes that a clone is whole as it is now. */
export async function markWhole(gitDir: string): Promise<void> {
  await writeFile(join(gitDir, MARK), JSON.stringify(await packsOf(gitDir)));
}

/** Notes that a clone is of no use any more: the next run makes it again. */
export async function markDamaged(gitDir: string): Promise<void> {
  await rm(join(gitDir, MARK), { force: true });
}

/** Notes that a clone is used now; nothing where there is none. */
export async function markUsed(gitDir: string): Promise<void> {
  try {
    await utimes(join(gitDir, MARK), new Date(), new Date());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Whether a clone was whole once, and no pack has been lost or cut short since. */
export async function isWhole(gitDir: string): Promise<boolean> {
  const marked = await readMark(gitDir);
  if (marked === undefined) return false;
  const packs = await packsOf(gitDir);
  return Object.entries(marked).every(([name, size]) => packs[name] === size);
}

/** When a clone was last used; undefined if the folder holds none. */
export async function lastUse(gitDir: string): Promise<Date | undefined> {
  try {
    return (await stat(join(gitDir, MARK))).mtime;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Bytes of packs that a clone takes: nearly all of it. */
export async function bytesOf(gitDir: string): Promise<number> {
  const packs = (await readMark(gitDir)) ?? (await packsOf(gitDir));
  return Object.values(packs).reduce((total, size) => total + size, 0);
}

async function readMark(gitDir: string): Promise<Packs | undefined> {
  const text = (await readIfThere(join(gitDir, MARK))) ?? '';
  // A machine that lost power may have left half a line.
  return /^\{.*\}$/s.test(text) ? JSON.parse(text) : undefined;
}

async function packsOf(gitDir: string): Promise<Packs> {
  const folder = join(gitDir, 'objects', 'pack');
  const packs: Packs = {};
  for (const name of await namesIn(folder)) {
    try {
      packs[name] = (await stat(join(folder, name))).size;
    } catch (error) {
      // Another worker may be removing the clone.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return packs;
}

/** Names in a folder; none where it's missing. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
