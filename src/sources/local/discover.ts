import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ask, gitCommands } from '../../git/commands.ts';
import { FatalError } from '../../model/errors.ts';

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

/**
 * Opens the repository at exactly this path: a work tree, a linked work tree or a bare repository.
 * @returns null where there is none.
 * @throws FatalError where git finds one but can't read it.
 */
export async function openLocal(path: string): Promise<LocalRepository | null> {
  const real = await realpath(path);
  if (!(await looksLikeRepository(real))) return null;
  // Named, not looked for: git would pass over a damaged `.git` and take the repository around it.
  const named = (await exists(join(real, '.git'))) ? join(real, '.git') : real;
  const words = ['rev-parse', '--path-format=absolute', '--git-dir', '--git-common-dir', '--show-object-format'];
  const answer = await ask(gitCommands(real), `--git-dir=${named}`, ...words);
  const [gitDir = '', common = '', objectFormat = 'sha1'] = (answer ?? '').split('\n');
  const commonDir = await realpath(common);
  const borrowed = (await realpath(gitDir)) !== commonDir || real === commonDir;
  return { path: borrowed ? mainPath(commonDir) : real, found: real, gitDir, commonDir, objectFormat };
}

/** A linked work tree is the same repository as the one it's linked to. */
function mainPath(commonDir: string): string {
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
}

/**
 * Finds what looks like a repository at or below a folder, in the order of the paths, not descending into one and
 * not following links.
 */
export async function* findCandidates(folder: string): AsyncGenerator<Candidate> {
  if (await looksLikeRepository(folder)) {
    yield { path: folder };
    return;
  }
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    yield { path: folder, refused: `the folder can't be read (${(error as NodeJS.ErrnoException).code})` };
    return;
  }
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  for (const child of folders.sort()) yield* findCandidates(child);
}

/** Whether there is a `.git`, or what a bare repository consists of. Git itself has the last word. */
async function looksLikeRepository(folder: string): Promise<boolean> {
  if (await exists(join(folder, '.git'))) return true;
  const parts = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => exists(join(folder, name))));
  return parts.every(Boolean);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    // A folder that can't be looked into is told of when it's read.
    if (code === 'EACCES' || code === 'ELOOP') return false;
    throw new FatalError(`${path}: ${(error as Error).message}`);
  }
}
