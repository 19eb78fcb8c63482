import { realpath } from 'node:fs/promises';
import { objectStores } from '../../git/overlay.ts';
import { FatalError, InvalidInput } from '../../model/errors.ts';
import type { OrgSyncInput } from '../../model/input.ts';
import type { ListedRepository, RefusedRepository, RepositoryPage } from '../../model/repository.ts';
import { selects } from '../select.ts';
import { describe } from './describe.ts';
import { type Candidate, findCandidates, type LocalRepository, openLocal } from './discover.ts';
import { allowedPath, isBelow } from './roots.ts';

/** Repositories a page holds: some 100 kB in a workflow's history. */
const PAGE = 200;

/**
 * Lists the repositories at and below the input's paths in the order of their paths. `after` is the path the page
 * before ended with, so a folder that comes or goes meanwhile shifts nothing.
 */
export async function listLocal(input: OrgSyncInput, after: string | undefined, roots: readonly string[]): Promise<RepositoryPage> {
  const candidates = await candidatesOf(input.paths ?? [], roots);
  const rest = candidates.filter(({ path }) => after === undefined || path > after);
  const page = rest.slice(0, PAGE);
  const repositories: ListedRepository[] = [];
  const refused: RefusedRepository[] = [];
  const selected = selects(input);
  for (const candidate of page) {
    try {
      if ('refused' in candidate) throw new FatalError(candidate.refused);
      const local = await openLocal(candidate.path);
      // Gone since it was found, or a linked work tree whose repository is listed by itself.
      if (local === null || (!candidate.asked && local.path !== local.found && candidates.some(({ path }) => path === local.path))) continue;
      await checkFolders(local, roots);
      const repository = await describe(local);
      if (!selected(repository.name)) continue;
      const twin = repositories.find(({ id }) => id === repository.id);
      if (twin !== undefined) throw new FatalError(`is the same repository (${repository.name}) as ${twin.path}, which is synced; sync one of the two`);
      repositories.push(repository);
    } catch (error) {
      if (!(error instanceof FatalError)) throw error;
      refused.push({ name: candidate.path, reason: error.message });
    }
  }
  const last = page.at(-1);
  return { repositories, refused, ...(rest.length > page.length && last !== undefined ? { next: last.path } : {}) };
}

type FoundPath = Candidate & {
  /** Named in the input itself. */
  asked: boolean;
};

/**
 * What looks like a repository at or below the paths.
 * @param roots Folders that may be read.
 * @throws InvalidInput naming every path that isn't there, can't be read, isn't allowed, or holds none.
 */
async function candidatesOf(paths: readonly string[], roots: readonly string[]): Promise<FoundPath[]> {
  const asked = new Set<string>();
  const found = new Map<string, Candidate>();
  const problems: string[] = [];
  for (const path of paths) {
    try {
      const real = await allowedPath(path, roots);
      asked.add(real);
      const candidates = await Array.fromAsync(findCandidates(real));
      for (const candidate of candidates) found.set(candidate.path, candidate);
      if (candidates.length === 0)
        problems.push(`paths: ${path} is no git repository and holds none; name a work tree, a bare repository or a folder with some below it`);
      const [first] = candidates;
      if (first?.path === real && 'refused' in first) problems.push(`paths: ${path}: ${first.refused}`);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return [...found.values()].map((candidate) => ({ ...candidate, asked: asked.has(candidate.path) })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Checks the paths of a command before anything is started.
 * @returns Their real paths, sorted, each once.
 * @throws InvalidInput as a listing would.
 */
export async function checkPaths(paths: readonly string[]): Promise<string[]> {
  await candidatesOf(paths, ['/']);
  return [...new Set(await Promise.all(paths.map((path) => realpath(path))))].sort();
}

/** A repository can keep its parts anywhere: each has to lie where the worker may read. */
export async function checkFolders(local: LocalRepository, roots: readonly string[]): Promise<void> {
  for (const folder of await foldersOf(local)) {
    if (!isBelow(folder, roots)) {
      throw new FatalError(`its git data lies in ${folder}, outside the folders that may be read; add that one to the paths, or to ORG_SYNC_LOCAL_ROOTS`);
    }
  }
}

/** Every folder (real path) that reading a repository touches. */
export async function foldersOf(local: LocalRepository): Promise<string[]> {
  return [local.found, local.commonDir, ...(await objectStores(`${local.commonDir}/objects`))];
}
