import { mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError } from '../../model/errors.ts';
import { openLocal } from './discover.ts';
import { foldersOf } from './list.ts';

/** What reading a path touches; of a damaged repository just the path, as the run is what tells of the damage. */
async function foldersAt(path: string): Promise<string[]> {
  const real = await realpath(path);
  try {
    const local = await openLocal(real);
    return [real, ...(local === null ? [] : await foldersOf(local))];
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    return [real];
  }
}

/**
 * Folders that a run started by `org-sync sync local` may read. They're kept in a folder that belongs to the database,
 * until the run has ended: a run that a killed command left behind goes on in the worker of the next one.
 */
export class Grants {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Lets the run with this name read the paths, and what the repositories at them borrow from elsewhere. */
  async give(run: string, paths: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const path of paths) for (const folder of await foldersAt(path)) folders.add(folder);
    await mkdir(this.#folder, { recursive: true });
    const draft = `${this.#file(run)}.${process.pid}`;
    await writeFile(draft, JSON.stringify([...folders]));
    await rename(draft, this.#file(run));
  }

  /** Takes it back. */
  async end(run: string): Promise<void> {
    await rm(this.#file(run), { force: true });
  }

  /** All folders that any run may read. */
  async folders(): Promise<string[]> {
    await mkdir(this.#folder, { recursive: true });
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.json'));
    const lists = await Promise.all(files.map(async (name) => JSON.parse(await readFile(join(this.#folder, name), 'utf8')) as string[]));
    return lists.flat();
  }

  #file(run: string): string {
    return join(this.#folder, `${run.replaceAll(/[^\w-]/g, '_')}.json`);
  }
}
