import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitProgram } from '../config.ts';
import { readIfThere } from '../files.ts';
import { FatalError } from '../model/errors.ts';
import { identify, isAlive, type ProcessIdentity } from '../processes/identity.ts';
import { openLocal } from '../providers/local/discover.ts';
import { foldersOf } from '../providers/local/list.ts';
import { isBelow } from '../providers/local/roots.ts';

/** Folders that one command allows one run to read. */
interface Grant {
  run: string;
  giver: ProcessIdentity | undefined;
  folders: string[];
}

/** Lists the folders that reading a path needs. For a damaged repository it is only the path: the run will report the damage. */
async function listFoldersAt(path: string): Promise<string[]> {
  const real = await realpath(path);
  try {
    const local = await openLocal(gitProgram, real);
    if (local === null) return [real];
    const { gitDir, commonDir } = local;
    // A link to a folder that contains the repository, or a borrowed one, is not a part of it.
    const mayRead = (path: string) => [real, gitDir, commonDir].includes(path) || !isBelow(real, [path]);
    return [real, ...(await foldersOf(local, mayRead)).filter(mayRead)];
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    return [real];
  }
}

/**
 * Folders that runs started by `org-sync sync local` may read. They are stored per database, in a file for each command
 * and run, until the run has ended: the run of a killed command continues in the worker of the next command, and a command
 * may start a run just as another one of the same id ends.
 */
export class Grants {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Allows a run to read the paths, and the folders that the repositories at them borrow objects from. */
  async give(run: string, paths: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const path of paths) for (const folder of await listFoldersAt(path)) folders.add(folder);
    await mkdir(this.#folder, { recursive: true });
    const grant: Grant = { run, giver: identify(process.pid), folders: [...folders] };
    const file = join(this.#folder, `${randomUUID()}.json`);
    await writeFile(`${file}.draft`, JSON.stringify(grant));
    await rename(`${file}.draft`, file);
  }

  /** Removes the grants that this command, and commands that have ended, gave the run. */
  async end(run: string): Promise<void> {
    for (const [file, grant] of await this.#all()) {
      const isOthers = grant.giver !== undefined && grant.giver.pid !== process.pid && isAlive(grant.giver);
      if (grant.run === run && !isOthers) await rm(file, { force: true });
    }
  }

  /** Lists all folders that any run may read. */
  async folders(): Promise<string[]> {
    return (await this.#all()).flatMap(([, { folders }]) => folders);
  }

  async #all(): Promise<[file: string, Grant][]> {
    await mkdir(this.#folder, { recursive: true });
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).map((name) => join(this.#folder, name));
    const grants: [string, Grant][] = [];
    for (const file of files) {
      // Another command may remove its grant at any time.
      const text = await readIfThere(file);
      if (text !== undefined) grants.push([file, JSON.parse(text) as Grant]);
    }
    return grants;
  }
}
