import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { identityAt } from '../../checked-files.ts';
import type { GitProgram } from '../../git/program.ts';
import { FatalError } from '../../model/errors.ts';
import { translateFileError } from './file-errors.ts';
import { findGitFolders, type GitFolders } from './git-folders.ts';
import { type RepositoryConfig, readRepositoryConfig } from './repository-config.ts';
import { isBelow } from './roots.ts';

/** A repository on this machine. */
export interface LocalRepository extends GitFolders {
  /** Real path that names it: its (main) work tree, or the bare repository. */
  path: string;
  /** Real path it was found at, another one for a linked work tree. */
  found: string;
  config: RepositoryConfig;
}

/** A folder that looks like a repository, or the reason why a folder couldn't be looked into. */
export type Candidate = { path: string } | { path: string; refused: string };

/** What a bare repository consists of. */
const BARE = ['HEAD', 'objects', 'refs'];

/**
 * Opens the repository at exactly this path: a work tree, a linked work tree or a bare repository.
 * @returns null if there is none.
 * @throws FatalError if there is one that can't be read.
 */
export async function openLocal(program: GitProgram, path: string): Promise<LocalRepository | null> {
  try {
    const real = await realpath(path);
    if (!(await looksLikeRepository(real))) return null;
    // Its own git folder, not one that is looked for: git would pass over a damaged `.git` and take the repository around it.
    const folders = await findGitFolders(real);
    const { gitDir, commonDir } = folders;
    const config = await readRepositoryConfig(program, commonDir);
    if (config.refStorage === 'reftable' && gitDir !== commonDir) {
      throw new FatalError('a linked work tree of a repository that keeps its refs as reftable is not supported; name its main work tree');
    }
    const borrowed = gitDir !== commonDir || real === commonDir;
    return { ...folders, path: borrowed ? mainPath(commonDir) : real, found: real, config };
  } catch (error) {
    throw translateFileError(error);
  }
}

/** A linked work tree is the same repository as the one it's linked to. */
function mainPath(commonDir: string): string {
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
}

/** A file of this name marks a folder of repositories that are ours: what a home folder holds isn't to be synced. */
export const CLONES_MARK = '.org-sync-clones';

/**
 * Finds what looks like a repository at or below a folder, in the order of the paths, not descending into one and
 * not following links.
 */
export async function* findCandidates(folder: string): AsyncGenerator<Candidate> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // One may go through a folder that one may not list.
    yield (await looksLikeRepository(folder)) ? { path: folder } : { path: folder, refused: unreadable(folder, error) };
    return;
  }
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('.git') || BARE.every((name) => names.has(name))) {
    yield { path: folder };
    return;
  }
  // Nothing that a repository holds can make it be passed over.
  if (names.has(CLONES_MARK)) return;
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  for (const child of folders.sort()) yield* findCandidates(child);
}

function unreadable(folder: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOTDIR') return 'is a file, not a folder';
  const reason = code === 'ENOENT' && folder.includes('\ufffd') ? "its name isn't valid UTF-8: rename it" : code;
  return `the folder can't be read (${reason})`;
}

/** The folder itself, or the nearest one around it, that looks like a repository; undefined if there is none. */
export async function repositoryAround(folder: string): Promise<string | undefined> {
  for await (const repository of repositoriesAround(folder)) return repository;
  return undefined;
}

/**
 * Whether a folder lies in one of the repositories at or below the paths, however it is named: by a work tree, a linked
 * one, or the git folder. What is wrong with a path is for others to tell.
 */
export async function isInRepositoryOf(folder: string, paths: readonly string[]): Promise<boolean> {
  const around = await Array.fromAsync(repositoriesAround(await realpath(folder)));
  if (around.length === 0) return false;
  const named = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  if (around.some((repository) => isBelow(repository, named))) return true;
  const own = (await Promise.all(around.map(commonFolderOf))).filter((common) => common !== undefined);
  for (const path of named) {
    for await (const candidate of findCandidates(path)) {
      const common = await commonFolderOf(candidate.path);
      // The git folder of a submodule lies in the one of the repository around it.
      if (common !== undefined && own.some(({ path, identity }) => identity === common.identity || isBelow(path, [common.path]))) return true;
    }
  }
  return false;
}

/** The folder itself and those around it that look like repositories. */
async function* repositoriesAround(folder: string): AsyncGenerator<string> {
  if (await looksLikeRepository(folder)) yield folder;
  if (folder !== dirname(folder)) yield* repositoriesAround(dirname(folder));
}

/** The git folder that all work trees of a repository share; undefined if there is no sound repository. */
async function commonFolderOf(repository: string): Promise<{ path: string; identity: string } | undefined> {
  try {
    const { commonDir } = await findGitFolders(repository);
    const identity = await identityAt(commonDir);
    return identity === undefined ? undefined : { path: commonDir, identity };
  } catch (error) {
    if (translateFileError(error) instanceof FatalError) return undefined;
    throw error;
  }
}

/** Whether there is a `.git`, or what a bare repository consists of. Git itself has the last word. */
async function looksLikeRepository(folder: string): Promise<boolean> {
  if (await isThere(join(folder, '.git'))) return true;
  const parts = await Promise.all(BARE.map((name) => isThere(join(folder, name))));
  return parts.every(Boolean);
}

/** Whether there is anything, be it a link to nowhere. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    // A folder that can't be looked into is told of when it's read.
    if (translateFileError(error) !== error) return false;
    throw error;
  }
}
