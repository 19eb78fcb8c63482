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

/** What one command lets one run read. */
interface Grant {
  run: string;
  giver: ProcessIdentity | undefined;
  folders: string[];
}

/** What reading a path touches; of a damaged repository just the path, as the run is what tells of the damage. */
async function foldersAt(path: string): Promise<string[]> {
  const real = await realpath(path);
  try {
    const local = await openLocal(gitProgram, real);
    if (local === null) return [real];
    const { gitDir, commonDir } = local;
    // A link or a borrowed folder that leads to all that lies around a repository isn't a part of it.
    const mayRead = (path: string) => [real, gitDir, commonDir].includes(path) || !isBelow(real, [path]);
    return [real, ...(await foldersOf(local, mayRead)).filter(mayRead)];
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    return [real];
  }
}

/**
 * Folders that a run started by `org-sync sync local` may read. They're kept in a folder that belongs to the database,
 * a file for each command and run, until the run has ended: a run that a killed command left behind goes on in the
 * worker of the next one, and a command that comes just as a run ends starts another of the same name.
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
    const grant: Grant = { run, giver: identify(process.pid), folders: [...folders] };
    const file = join(this.#folder, `${randomUUID()}.json`);
    await writeFile(`${file}.draft`, JSON.stringify(grant));
    await rename(`${file}.draft`, file);
  }

  /** Takes back what this command, and those that are gone, gave the run. */
  async end(run: string): Promise<void> {
    for (const [file, grant] of await this.#all()) {
      const isOthers = grant.giver !== undefined && grant.giver.pid !== process.pid && isAlive(grant.giver);
      if (grant.run === run && !isOthers) await rm(file, { force: true });
    }
  }

  /** All folders that any run may read. */
  async folders(): Promise<string[]> {
    return (await this.#all()).flatMap(([, { folders }]) => folders);
  }

  async #all(): Promise<[file: string, Grant][]> {
    await mkdir(this.#folder, { recursive: true });
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).map((name) => join(this.#folder, name));
    const grants: [string, Grant][] = [];
    for (const file of files) {
      // Another command may take its grant back at any time.
      const text = await readIfThere(file);
      if (text !== undefined) grants.push([file, JSON.parse(text) as Grant]);
    }
    return grants;
  }
}
