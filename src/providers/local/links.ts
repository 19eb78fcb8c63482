import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError } from '../../model/errors.ts';
import { WalkLimit } from './walk-limit.ts';

/** What is read of a git folder; hooks, logs and the index aren't. */
const PARTS = new Set(['HEAD', 'commondir', 'config', 'config.worktree', 'objects', 'packed-refs', 'refs', 'reftable', 'shallow']);

/** What git reads of a folder of objects, alternates included. */
export const OBJECT_PARTS = /^([0-9a-f]{2}|pack|info)$/;

/** Whether a real path lies where it may be read; what doesn't isn't looked into. */
export type MayRead = (path: string) => boolean;

/**
 * Real paths that links among the parts of a git folder lead to, and the links behind these in turn.
 * @throws FatalError where a part is neither file nor folder, or there are too many; what the file system says where one
 *   can't be read.
 */
export async function linkTargets(gitDir: string, mayRead: MayRead): Promise<Set<string>> {
  const walk = new LinkWalk(mayRead);
  // Objects have a walk of their own, which goes no deeper than git does.
  await walk.look(gitDir, (name) => PARTS.has(name) && name !== 'objects');
  await walk.entry(gitDir, 'objects');
  return walk.found;
}

/** The same for what git reads of a folder of objects. */
export async function linkTargetsOfObjects(objects: string, mayRead: MayRead): Promise<Set<string>> {
  const walk = new LinkWalk(mayRead);
  await walk.look(objects, (name) => OBJECT_PARTS.test(name));
  return walk.found;
}

class LinkWalk {
  readonly found = new Set<string>();
  readonly #mayRead: MayRead;
  readonly #limit = new WalkLimit();

  constructor(mayRead: MayRead) {
    this.#mayRead = mayRead;
  }

  async look(path: string, wanted: (name: string) => boolean = () => true, depth = 0): Promise<void> {
    const stats = await stat(path);
    if (stats.isFile()) return;
    if (!stats.isDirectory()) throw new FatalError(`${path} is neither a file nor a folder, which no repository needs; remove it`);
    const entries = await readdir(path, { withFileTypes: true });
    this.#limit.count(path, entries.length, depth);
    for (const entry of entries) if (!entry.isFile() && wanted(entry.name)) await this.#follow(path, entry, depth);
  }

  /** Notes where a part leads to, without looking into it. */
  async entry(folder: string, name: string): Promise<void> {
    const target = await targetOf(join(folder, name));
    if (target !== undefined && target !== join(folder, name)) this.found.add(target);
  }

  async #follow(folder: string, entry: Dirent, depth: number): Promise<void> {
    const part = join(folder, entry.name);
    if (!entry.isSymbolicLink()) {
      await this.look(part, undefined, depth + 1);
      return;
    }
    const target = await targetOf(part);
    if (target === undefined || this.found.has(target)) return;
    this.found.add(target);
    if (this.#mayRead(target)) await this.look(target, undefined, depth + 1);
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
