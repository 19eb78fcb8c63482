import type { Stats } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openFolder, readRegularFile } from '../../checked-files.ts';
import { FatalError } from '../../model/errors.ts';

/** Bytes of a file that names a folder or a ref. */
const POINTER_LIMIT = 65_536;

/** Where a repository keeps its data. */
export interface GitFolders {
  /** Real path of the git folder whose HEAD counts. */
  gitDir: string;
  /** Real path of the git folder with objects and refs: of a linked work tree the one it's linked to. */
  commonDir: string;
  /** Content of HEAD. */
  head: string;
  /** Real paths of the files that were read to find this out. */
  read: string[];
}

/**
 * Finds a repository's git folders without git, which would read its configuration, and wait forever at a pipe.
 * @param folder Real path of a work tree or a bare repository.
 * @throws FatalError if there is no repository; what the file system says where a part can't be read.
 */
export async function findGitFolders(folder: string): Promise<GitFolders> {
  const read: string[] = [];
  const pointer = async (path: string) => {
    const file = await readRegularFile(path, POINTER_LIMIT);
    if (file !== undefined) read.push(file.path);
    // To git, a text ends at a NUL.
    return file?.content
      .toString()
      .replace(/\0.*/s, '')
      .replace(/[\r\n]+$/, '');
  };
  const own = await ownFolder(folder, pointer);
  await using opened = await openFolder(own);
  const gitDir = opened.path;
  const common = await pointer(join(gitDir, 'commondir'));
  await using openedCommon = await openFolder(common === undefined ? gitDir : resolve(gitDir, common));
  const commonDir = openedCommon.path;
  const head = (await headLink(gitDir)) ?? (await pointer(join(gitDir, 'HEAD')));
  const whole = head !== undefined && HEAD.test(head) && (await isFolder(join(commonDir, 'objects'))) && (await isFolder(join(commonDir, 'refs')));
  if (!whole) throw new FatalError(`not a git repository: '${own}'`);
  return { gitDir, commonDir, head, read };
}

/** What git takes for a HEAD. */
const HEAD = /^(ref:\s*refs\/|[0-9a-f]{40})/;

/** A `.git` that is a file names a folder elsewhere. */
async function ownFolder(folder: string, pointer: (path: string) => Promise<string | undefined>): Promise<string> {
  const path = join(folder, '.git');
  if ((await entryAt(path)) === undefined) return folder;
  if ((await stat(path)).isDirectory()) return path;
  const [, target] = /^gitdir: (.+)$/s.exec((await pointer(path)) ?? '') ?? [];
  if (target === undefined) throw new FatalError(`invalid gitfile format: ${path}`);
  const named = resolve(dirname(path), target);
  if (!(await isFolder(named))) throw new FatalError(`not a git repository: ${named}`);
  return named;
}

/** A HEAD of the old kind is a link that names a branch, be it there or not. */
async function headLink(gitDir: string): Promise<string | undefined> {
  const path = join(gitDir, 'HEAD');
  return (await entryAt(path))?.isSymbolicLink() === true ? `ref: ${await readlink(path)}` : undefined;
}

/** What is at a path itself, be it a link to nowhere; undefined if nothing is. */
async function entryAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
