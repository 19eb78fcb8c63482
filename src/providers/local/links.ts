import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tooLarge } from '../../checked-files.ts';
import { FatalError } from '../../model/errors.ts';
import { WalkLimit } from './walk-limit.ts';

/** Maximum size of a file, in bytes. */
type Limit = number;

/** Of files whose size is checked by whoever reads them, or that git doesn't read as a whole. */
const NO_LIMIT: Limit = Number.POSITIVE_INFINITY;

/** Bytes of a file that holds one ref. Git reads it into memory as a whole. */
const REF_LIMIT: Limit = 65_536;

/** Bytes of the file with all other refs: some ten million of them. */
const PACKED_REFS_LIMIT: Limit = 1_000_000_000;

/**
 * What is read of a git folder, with the limit of the files in it; hooks, logs and the index aren't. Objects have a walk of
 * their own, which goes no deeper than git does.
 */
const PARTS = new Map<string, Limit>([
  ...['HEAD', 'commondir', 'config', 'config.worktree', 'reftable', 'shallow'].map((name): [string, Limit] => [name, NO_LIMIT]),
  ['refs', REF_LIMIT],
  ['packed-refs', PACKED_REFS_LIMIT],
]);

/** What git reads of a folder of objects, alternates included. */
export const OBJECT_PARTS = /^([0-9a-f]{2}|pack|info)$/;

/** Whether a real path lies where it may be read; what doesn't isn't looked into. */
export type MayRead = (path: string) => boolean;

/**
 * Real paths that links among the parts of a git folder lead to, and the links behind these in turn.
 * @throws FatalError if a part is neither file nor folder, or there are too many; what the file system says where one
 *   can't be read.
 */
export async function linkTargets(gitDir: string, mayRead: MayRead): Promise<Set<string>> {
  const walk = new LinkWalk(mayRead);
  await walk.look(gitDir, (name) => PARTS.get(name));
  await walk.entry(gitDir, 'objects');
  return walk.found;
}

/** The same for what git reads of a folder of objects. */
export async function linkTargetsOfObjects(objects: string, mayRead: MayRead): Promise<Set<string>> {
  const walk = new LinkWalk(mayRead);
  await walk.look(objects, (name) => (OBJECT_PARTS.test(name) ? NO_LIMIT : undefined));
  return walk.found;
}

class LinkWalk {
  readonly found = new Set<string>();
  readonly #mayRead: MayRead;
  readonly #limit = new WalkLimit();

  constructor(mayRead: MayRead) {
    this.#mayRead = mayRead;
  }

  /**
   * Looks at a folder and what is below it, or at a file.
   * @param limitOf The limit of the files of an entry; undefined for an entry that isn't read.
   * @param limit Of the file, where it is one.
   */
  async look(path: string, limitOf: (name: string) => Limit | undefined, limit = NO_LIMIT, depth = 0): Promise<void> {
    const stats = await stat(path);
    if (stats.isFile()) {
      if (stats.size > limit) throw tooLarge(path, stats.size, limit);
      return;
    }
    if (!stats.isDirectory()) throw new FatalError(`${path} is neither a file nor a folder, which no repository needs; remove it`);
    const entries = await readdir(path, { withFileTypes: true });
    this.#limit.count(path, entries.length, depth);
    for (const entry of entries) {
      const entryLimit = limitOf(entry.name);
      if (entryLimit === undefined || (entry.isFile() && entryLimit === NO_LIMIT)) continue;
      await this.#follow(path, entry, entryLimit, depth + 1);
    }
  }

  /** Notes where a part leads to, without looking into it. */
  async entry(folder: string, name: string): Promise<void> {
    const target = await targetOf(join(folder, name));
    if (target !== undefined && target !== join(folder, name)) this.found.add(target);
  }

  async #follow(folder: string, entry: Dirent, limit: Limit, depth: number): Promise<void> {
    const part = join(folder, entry.name);
    const look = (path: string) => this.look(path, () => limit, limit, depth);
    if (!entry.isSymbolicLink()) return look(part);
    const target = await targetOf(part);
    if (target === undefined || this.found.has(target)) return;
    this.found.add(target);
    if (this.#mayRead(target)) await look(target);
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
