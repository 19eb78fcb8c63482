import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bytesOf, lastUse, markUsed, namesIn } from './damage-mark.ts';

/** Number of activities in this process that use each clone. */
const uses = new Map<string, number>();

/** Keeps a clone from being removed by {@link pruneClones} until the result is disposed of. */
export async function retainClone(gitDir: string): Promise<AsyncDisposable> {
  uses.set(gitDir, (uses.get(gitDir) ?? 0) + 1);
  const release = () => {
    const left = (uses.get(gitDir) ?? 1) - 1;
    if (left > 0) uses.set(gitDir, left);
    else uses.delete(gitDir);
  };
  try {
    await markUsed(gitDir);
  } catch (error) {
    release();
    throw error;
  }
  return {
    [Symbol.asyncDispose]: async () => {
      try {
        await markUsed(gitDir);
      } finally {
        release();
      }
    },
  };
}

/** Does work on a clone that {@link pruneClones} mustn't remove meanwhile. */
export async function useClone<T>(gitDir: string, work: () => Promise<T>): Promise<T> {
  await using _retained = await retainClone(gitDir);
  return await work();
}

/** Fraction of the limit to prune to, so that the next clone doesn't cause another removal. */
const KEPT = 0.9;

/** Ends the name of a clone that is being removed. */
const GOING = '.going';

/**
 * Removes the least recently used clones of a folder until the rest are within the limit, but never one that this process
 * is using (see {@link useClone}), even if that exceeds the limit. So an activity of this process keeps
 * its clone until it has ended. One between two activities of a run, or read by another process that shares the
 * folder, may go if it's the least recently used: its next stage finds that it isn't prepared, and prepares it again.
 * What the folder holds besides clones of code hosts stays.
 * @param clones With a folder for each database and Temporal namespace.
 */
export async function pruneClones(clones: string, bytes: number): Promise<void> {
  const found: { gitDir: string; used: Date; bytes: number }[] = [];
  for (const user of await namesIn(clones)) {
    for (const name of await namesIn(join(clones, user))) {
      const gitDir = join(clones, user, name);
      // Left by a process that was killed during a removal.
      if (name.endsWith(GOING)) await rm(gitDir, { recursive: true, force: true });
      const used = await lastUse(gitDir);
      if (used !== undefined) found.push({ gitDir, used, bytes: await bytesOf(gitDir) });
    }
  }
  let total = found.reduce((sum, clone) => sum + clone.bytes, 0);
  if (total <= bytes) return;
  for (const clone of found.toSorted((a, b) => a.used.getTime() - b.used.getTime())) {
    if (total <= bytes * KEPT) return;
    if (uses.has(clone.gitDir)) continue;
    await removeClone(clone.gitDir);
    total -= clone.bytes;
  }
}

/** Removes a clone atomically by a rename, so that nobody finds a partial one, and then deletes its files. */
async function removeClone(gitDir: string): Promise<void> {
  const going = join(dirname(gitDir), `${basename(gitDir)}.${randomUUID()}${GOING}`);
  try {
    await rename(gitDir, going);
  } catch (error) {
    // Another worker was first.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(going, { recursive: true, force: true });
}
