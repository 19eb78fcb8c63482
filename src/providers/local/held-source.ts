import type { BigIntStats } from 'node:fs';
import { lstat, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { identityAt, type OpenFolder, openFolder, readRegularFile } from '../../checked-files.ts';
import { readIfThere } from '../../files.ts';
import { borrowObjects, makeOverlay, makeRefsView, OBJECT_PARTS, returnObjects } from '../../git/overlay.ts';
import { FatalError, NotPrepared } from '../../model/errors.ts';
import type { HeldFolder } from '../source.ts';
import type { LocalRepository } from './discover.ts';
import { translateFileError } from './file-errors.ts';
import { linkTargetsOfObjects } from './links.ts';
import { assertBelow } from './list.ts';
import { findObjectFolders } from './object-folders.ts';
import { isBelow } from './roots.ts';

/** Bytes of the list of commits at which a history is cut short. */
const SHALLOW_LIMIT = 200_000_000;

/** File systems tell times of changes to the second, or finer. */
const SETTLED_MS = 2_000;

/** File in an overlay that says what it was made from. */
const RECORD = 'org-sync-source';

const record = z.array(z.object({ path: z.string(), identity: z.string() })).min(2);

/**
 * A user's repository that is held open while it is read: whatever is put in the place of its folders meanwhile, git
 * reads those that were checked.
 */
export class HeldSource implements HeldFolder {
  /** The git folder, the common one, and the folders of objects. */
  readonly #folders: OpenFolder[] = [];
  readonly #roots: readonly string[];
  /** Times of the last changes in folders of objects as they were looked at. */
  readonly #looked = new Map<string, string>();

  readonly #gitDir: string;

  private constructor(gitDir: string, roots: readonly string[]) {
    this.#gitDir = gitDir;
    this.#roots = roots;
  }

  /**
   * Opens the folders of a repository, and makes an overlay that borrows from them.
   * @throws FatalError if one lies outside the roots, or can't be read.
   */
  static async make(local: LocalRepository, gitDir: string, roots: readonly string[]): Promise<HeldSource> {
    const stores = await findObjectFolders(join(local.commonDir, 'objects'), (path) => isBelow(path, roots));
    const held = await HeldSource.#open(gitDir, [local.gitDir, local.commonDir, ...stores], roots);
    try {
      await held.check();
      await makeOverlay(gitDir, local.config.objectFormat, held.#stores);
      await held.#copyShallow(gitDir);
      await writeFile(join(gitDir, RECORD), JSON.stringify(held.#folders.map(({ path, identity }) => ({ path, identity }))));
      return held;
    } catch (error) {
      await held[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Opens what an overlay was made from once more.
   * @throws NotPrepared if that isn't known; FatalError if it is no longer there.
   */
  static async reopen(gitDir: string, roots: readonly string[]): Promise<HeldSource> {
    const text = await readIfThere(join(gitDir, RECORD));
    if (text === undefined) throw new NotPrepared('this worker has not prepared the repository');
    const known = record.parse(JSON.parse(text));
    const held = await HeldSource.#open(
      gitDir,
      known.map(({ path }) => path),
      roots,
    );
    try {
      held.#folders.forEach(({ identity }, index) => {
        const { path, identity: expected } = known[index] ?? { path: '' };
        if (identity !== expected) throw replaced(path);
      });
      await held.check();
      await borrowObjects(gitDir, held.#stores);
      return held;
    } catch (error) {
      await held[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Returns the error: what is damaged is the user's own repository, which `prepare` can't make anew. */
  async diagnose(error: unknown): Promise<unknown> {
    return error;
  }

  static async #open(gitDir: string, paths: readonly string[], roots: readonly string[]): Promise<HeldSource> {
    const held = new HeldSource(gitDir, roots);
    try {
      for (const path of paths) held.#folders.push(await openFolder(path));
      return held;
    } catch (error) {
      await held[Symbol.asyncDispose]();
      throw translateFileError(error);
    }
  }

  /**
   * Checks that what is read is still what it was and where it was, and that nothing in it leads elsewhere.
   * @throws FatalError
   */
  async check(): Promise<void> {
    try {
      for (const { path, identity } of this.#folders) {
        assertBelow([path], this.#roots);
        if ((await identityAt(path)) !== identity) throw replaced(path);
      }
      for (const store of this.#stores) await this.#checkLinks(store);
    } catch (error) {
      throw translateFileError(error);
    }
  }

  /** Looks for links where something has changed since it was last looked at. */
  async #checkLinks(store: string): Promise<void> {
    const { times, settled } = await changeTimes(store);
    if (this.#looked.get(store) === times) return;
    assertBelow(await linkTargetsOfObjects(store, (path) => isBelow(path, this.#roots)), this.#roots);
    if (settled) this.#looked.set(store, times);
  }

  /** Makes a git folder with the repository's refs and HEAD, and nothing of its configuration. */
  async viewRefs(folder: string, { config, head }: LocalRepository): Promise<void> {
    const [gitDir = '', commonDir = ''] = this.#folders.map(({ root }) => root);
    const sameFolder = this.#folders[0]?.identity === this.#folders[1]?.identity;
    await makeRefsView(folder, { ...config, head, gitDir: sameFolder ? commonDir : gitDir, commonDir });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The number of a file that is closed is soon another file's.
    await returnObjects(this.#gitDir, this.#stores);
    for (const folder of this.#folders.splice(0)) await folder[Symbol.asyncDispose]();
  }

  get #stores(): string[] {
    return this.#folders.slice(2).map(({ root }) => root);
  }

  async #copyShallow(gitDir: string): Promise<void> {
    const file = await readRegularFile(join(this.#folders[1]?.root ?? '', 'shallow'), SHALLOW_LIMIT, join(this.#folders[1]?.path ?? '', 'shallow'));
    const copy = join(gitDir, 'shallow');
    if (file === undefined) return rm(copy, { force: true });
    assertBelow([file.path], this.#roots);
    await writeFile(copy, file.content);
  }
}

/**
 * When entries of a folder of objects were last added or removed, which nobody can set.
 * @returns `settled` is false where another change may get the same time.
 */
async function changeTimes(store: string): Promise<{ times: string; settled: boolean }> {
  const parts = (await readdir(store)).filter((name) => OBJECT_PARTS.test(name));
  const stats = await Promise.all(['.', ...parts].map((name) => statOrLink(join(store, name))));
  const times = stats.map(({ ino, ctimeNs }) => `${ino} ${ctimeNs}`).join('\n');
  return { times, settled: stats.every(({ ctimeMs }) => Number(ctimeMs) < Date.now() - SETTLED_MS) };
}

/** Of a link to nowhere, the link. */
async function statOrLink(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return lstat(path, { bigint: true });
  }
}

function replaced(path: string): FatalError {
  return new FatalError(`${path} was replaced while the repository was read; nothing more of it is stored. Sync it again`);
}
