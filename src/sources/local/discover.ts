import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ask, gitCommands } from '../../git/commands.ts';
import { translateFileError } from './file-errors.ts';
import { linkTargets } from './links.ts';
import { isBelow } from './roots.ts';

/** A repository on this machine. */
export interface LocalRepository {
  /** Real path that names it: its (main) work tree, or the bare repository. */
  path: string;
  /** Real path it was found at, another one for a linked work tree. */
  found: string;
  /** Git folder whose HEAD counts. */
  gitDir: string;
  /** Git folder with the objects and refs: of a linked work tree the one it's linked to. */
  commonDir: string;
  objectFormat: string;
}

/** A folder that looks like a repository, or the reason why a folder couldn't be looked into. */
export type Candidate = { path: string } | { path: string; refused: string };

/** What a bare repository consists of. */
const BARE = ['HEAD', 'objects', 'refs'];

/**
 * Opens the repository at exactly this path: a work tree, a linked work tree or a bare repository.
 * @returns null where there is none.
 * @throws FatalError where there is one that can't be read.
 */
export async function openLocal(path: string): Promise<LocalRepository | null> {
  try {
    const real = await realpath(path);
    if (!(await looksLikeRepository(real))) return null;
    // Named, not looked for: git would pass over a damaged `.git` and take the repository around it.
    const named = (await isThere(join(real, '.git'))) ? join(real, '.git') : real;
    // Before git opens them, as it would wait for ever at a pipe.
    await linkTargets(named);
    const [objectFormat, gitDir, common] = await askEach(named, ['--show-object-format', '--git-dir', '--git-common-dir']);
    const commonDir = await realpath(common);
    const borrowed = (await realpath(gitDir)) !== commonDir || real === commonDir;
    return { path: borrowed ? mainPath(commonDir) : real, found: real, gitDir, commonDir, objectFormat };
  } catch (error) {
    throw translateFileError(error);
  }
}

/** Answers of `git rev-parse`: of one process, unless a path has a newline in it. */
async function askEach(gitDir: string, questions: [string, string, string]): Promise<[string, string, string]> {
  const git = gitCommands('/');
  const words = [`--git-dir=${gitDir}`, 'rev-parse', '--path-format=absolute'];
  const answers = (await ask(git, ...words, ...questions))?.split('\n') ?? [];
  const [one = '', two = '', three = ''] = answers.length === questions.length ? answers : await Promise.all(questions.map((word) => ask(git, ...words, word)));
  return [one ?? '', two ?? '', three ?? ''];
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

/** The folder itself, or the nearest one around it, that looks like a repository; undefined where there is none. */
export async function repositoryAround(folder: string): Promise<string | undefined> {
  if (await looksLikeRepository(folder)) return folder;
  return folder === dirname(folder) ? undefined : repositoryAround(dirname(folder));
}

/** Whether a folder lies in a repository at or below one of the paths. What is wrong with a path is for others to tell. */
export async function isInRepositoryOf(folder: string, paths: readonly string[]): Promise<boolean> {
  const repository = await repositoryAround(await realpath(folder));
  if (repository === undefined) return false;
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return isBelow(repository, found);
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
