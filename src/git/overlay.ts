import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../files.ts';
import type { ObjectFormat } from './repository.ts';

/** What a folder of objects is read for: neither its alternates nor its commit-graph. */
export const OBJECT_PARTS = /^([0-9a-f]{2}|pack)$/;

/** How a repository on disk names its objects, and where it keeps its refs. */
export interface RepositoryFormat {
  objectFormat: ObjectFormat;
  refStorage: 'files' | 'reftable';
}

/**
 * Makes (or brings up to date) a bare repository of ours that borrows the objects of a user's repository, so that
 * everything can be read while none of its configuration, attributes, alternates, commit-graphs, grafts or replace refs
 * apply and nothing is written into it.
 * @param gitDir Where ours is; made where it's missing.
 * @param stores Folders of objects to borrow from.
 */
export async function makeOverlay(gitDir: string, objectFormat: ObjectFormat, stores: readonly string[]): Promise<void> {
  const config = configOf({ objectFormat, refStorage: 'files' });
  // An overlay of another repository or version is useless.
  if ((await readIfThere(join(gitDir, 'config'))) !== config) await rm(gitDir, { recursive: true, force: true });
  for (const folder of ['objects/info', 'refs/heads']) await mkdir(join(gitDir, folder), { recursive: true });
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
  await borrowObjects(gitDir, stores);
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), stores.map((_, index) => `../stores/${index}\n`).join(''));
  // Written last, so that an incomplete overlay is recreated.
  await writeFile(join(gitDir, 'config'), config);
}

/** Lets an overlay borrow from these folders instead of those that it was made with. */
export async function borrowObjects(gitDir: string, stores: readonly string[]): Promise<void> {
  for (const [index, store] of stores.entries()) {
    const folder = join(gitDir, 'stores', String(index));
    await mkdir(folder, { recursive: true });
    await replaceLink(store, join(folder, 'store'));
    const known = new Set(await readdir(folder));
    // Packs may be added later.
    const parts = new Set(['pack', ...(await readdir(store)).filter((name) => OBJECT_PARTS.test(name))]);
    for (const part of parts) if (!known.has(part)) await symlink(join('store', part), join(folder, part));
  }
}

/** Undoes {@link borrowObjects}, except for links that others have replaced since. */
export async function returnObjects(gitDir: string, stores: readonly string[]): Promise<void> {
  for (const [index, store] of stores.entries()) {
    const link = join(gitDir, 'stores', String(index), 'store');
    if ((await linkTarget(link)) === store) await rm(link, { force: true });
  }
}

/** Where a user's repository keeps everything but objects, as paths that may be links to open folders. */
export interface RefSources extends RepositoryFormat {
  gitDir: string;
  commonDir: string;
  /** Content of HEAD. */
  head: string;
}

/** Refs of which each work tree has its own. */
const PER_WORKTREE = ['bisect', 'rewritten', 'worktree'];

/**
 * Makes a git folder in which git reads the refs of a user's repository without its configuration.
 * @param folder Made anew.
 */
export async function makeRefsView(folder: string, { gitDir, commonDir, head, ...format }: RefSources): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'objects'), { recursive: true });
  await writeFile(join(folder, 'config'), configOf(format));
  await writeFile(join(folder, 'HEAD'), `${head}\n`);
  for (const part of ['packed-refs', 'reftable']) await symlink(join(commonDir, part), join(folder, part));
  if (gitDir === commonDir) {
    await symlink(join(commonDir, 'refs'), join(folder, 'refs'));
    return;
  }
  await mkdir(join(folder, 'refs'));
  for (const name of await readdir(join(commonDir, 'refs'))) {
    if (!PER_WORKTREE.includes(name)) await symlink(join(commonDir, 'refs', name), join(folder, 'refs', name));
  }
  for (const name of PER_WORKTREE) await symlink(join(gitDir, 'refs', name), join(folder, 'refs', name));
}

/** The commits at which a shallow history ends, '' if it is complete; when it changes, earlier readings are invalid. */
export async function shallowCommits(gitDir: string): Promise<string> {
  return (await readIfThere(join(gitDir, 'shallow'))) ?? '';
}

function configOf({ objectFormat, refStorage }: RepositoryFormat): string {
  const storage = refStorage === 'files' ? '' : `\trefStorage = ${refStorage}\n`;
  return `[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = ${objectFormat}\n${storage}`;
}

/** Replaces a link atomically, because others may be reading through it. */
async function replaceLink(target: string, path: string): Promise<void> {
  if ((await linkTarget(path)) === target) return;
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  await symlink(target, draft);
  await rename(draft, path);
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
