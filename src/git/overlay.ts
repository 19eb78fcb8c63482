import { copyFile, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readIfThere } from '../files.ts';
import { gitCommands } from './commands.ts';
import { quotePath, unquotePath } from './quote.ts';

/**
 * Makes (or brings up to date) a bare repository of ours that borrows the objects of a user's repository, so that
 * everything can be read while none of its configuration, attributes, grafts or replace refs apply and
 * nothing is written into it.
 * @param commonDir The user's git folder (of a linked work tree: the one it's linked to).
 * @param gitDir Where ours is; made where it's missing.
 */
export async function makeOverlay(commonDir: string, gitDir: string, objectFormat: string): Promise<void> {
  // Git makes none of it into one of another format, as where somebody has converted theirs; it holds nothing that isn't theirs.
  if ((await formatOf(gitDir)) !== objectFormat) await rm(gitDir, { recursive: true, force: true });
  await mkdir(gitDir, { recursive: true });
  // Harmless where it exists already; mends one that was left half made.
  await gitCommands(gitDir).raw(['init', '--quiet', '--bare', '--template=', `--object-format=${objectFormat}`, gitDir]);
  const stores = await objectStores(join(commonDir, 'objects'));
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), stores.map((store) => `${quotePath(store)}\n`).join(''));
  await copyIfThere(join(commonDir, 'shallow'), join(gitDir, 'shallow'));
}

/** What cuts a history short, '' where nothing does: when it changes, what was read before no longer holds. */
export async function shallowCommits(gitDir: string): Promise<string> {
  return (await readIfThere(join(gitDir, 'shallow'))) ?? '';
}

/** The object format of a repository of ours; undefined where it's not there, or half made. */
async function formatOf(gitDir: string): Promise<string | undefined> {
  const config = join(gitDir, 'config');
  if ((await readIfThere(config)) === undefined) return undefined;
  return (await gitCommands(gitDir).raw(['config', '--file', config, '--default', 'sha1', '--get', 'extensions.objectFormat'])).trim();
}

/** The object folder and all it borrows from in turn; git itself ignores relative paths from the second on. */
export async function objectStores(objects: string, known = new Set<string>()): Promise<string[]> {
  const store = await realpath(objects);
  if (known.has(store)) return [];
  known.add(store);
  const stores = [store];
  for (const line of ((await readIfThere(join(store, 'info', 'alternates'))) ?? '').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const borrowed = resolve(store, unquotePath(Buffer.from(line)).toString());
    if (await isFolder(borrowed)) stores.push(...(await objectStores(borrowed, known)));
  }
  return stores;
}

/** What isn't there is no loss, to git as well, as long as no object is missing. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await rm(to, { force: true });
  }
}
