import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError } from '../../model/errors.ts';

/** What is read of a git folder; hooks, logs and the index aren't. */
const PARTS = new Set(['HEAD', 'commondir', 'config', 'config.worktree', 'objects', 'packed-refs', 'refs', 'reftable', 'shallow']);

/**
 * Real paths that links among the parts of a git folder lead to, and the links behind these in turn.
 * @param gitDir A `.git` that is a file is just looked at.
 * @throws FatalError where a part is neither file nor folder; what the file system says where one can't be read.
 */
export async function linkTargets(gitDir: string): Promise<Set<string>> {
  const found = new Set<string>();
  await look(gitDir, found, (name) => PARTS.has(name));
  return found;
}

/** The same for all that lies in a folder of objects. */
export async function linkTargetsOfObjects(objects: string): Promise<Set<string>> {
  const found = new Set<string>();
  await look(objects, found);
  return found;
}

async function look(path: string, found: Set<string>, wanted: (name: string) => boolean = () => true): Promise<void> {
  const stats = await stat(path);
  if (stats.isFile()) return;
  if (!stats.isDirectory()) throw new FatalError(`${path} is neither a file nor a folder, which no repository needs; remove it`);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isFile() || !wanted(entry.name)) continue;
    const part = join(path, entry.name);
    if (!entry.isSymbolicLink()) {
      await look(part, found);
      continue;
    }
    const target = await targetOf(part);
    if (target === undefined || found.has(target)) continue;
    found.add(target);
    await look(target, found);
  }
}

/** Undefined for a link to nowhere: a HEAD of the old kind may be one, and everything else is git's to complain about. */
async function targetOf(link: string): Promise<string | undefined> {
  try {
    return await realpath(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
