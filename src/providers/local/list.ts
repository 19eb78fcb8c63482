import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { GitProgram } from '../../git/program.ts';
import { bytesOf, MAX_PAGE_BYTES, overlongField } from '../../model/bounds.ts';
import { FatalError, InvalidInput } from '../../model/errors.ts';
import type { OrgSyncInput } from '../../model/input.ts';
import type { ListedRepository, RefusedRepository, RepositoryPage } from '../../model/repository.ts';
import { namesFor, selects } from '../select.ts';
import { describe } from './describe.ts';
import { type Candidate, findCandidates, type LocalRepository, openLocal, repositoryAround } from './discover.ts';
import { translateFileError } from './file-errors.ts';
import { linkTargets, linkTargetsOfObjects, type MayRead } from './links.ts';
import { findObjectFolders } from './object-folders.ts';
import { allowedPath, isBelow } from './roots.ts';

/** Repositories a page holds: some 100 kB in a workflow's history. */
const PAGE = 200;

/** Lists what lies at and below paths, page by page. */
export class LocalListing {
  /** What was seen on earlier pages, null for a candidate that isn't one; what this worker hasn't seen is looked at again. */
  readonly #seen = new LRUCache<string, { repository: ListedRepository | null }>({ max: 10_000 });
  readonly #program: GitProgram;

  constructor(program: GitProgram) {
    this.#program = program;
  }

  /**
   * Lists the repositories at and below the input's paths in the order of their paths. `after` is the path the page
   * before ended with, so a folder that comes or goes meanwhile shifts nothing.
   */
  async page(input: OrgSyncInput, after: string | undefined, roots: readonly string[]): Promise<RepositoryPage> {
    const candidates = await candidatesOf(input.paths ?? [], roots);
    const earlier = after === undefined ? [] : candidates.filter(({ path }) => path <= after);
    const rest = candidates.slice(earlier.length);
    let page = rest.slice(0, PAGE);
    let bytes = 0;
    const selected = selects(input);
    const names = namesFor(input);
    const isShared = sharedNames(candidates);
    const repositories: ListedRepository[] = [];
    const refused: RefusedRepository[] = [];
    const named: string[] = [];
    // Paths of the repositories that are synced, by id.
    const taken = new Map<string, string>();
    for (const candidate of earlier) {
      try {
        const { repository } = this.#seen.get(candidate.path) ?? { repository: await look(this.#program, candidate, candidates, roots) };
        if (repository !== null && selected(repository.name)) take(taken, repository);
      } catch (error) {
        // Told of on its own page.
        if (!(error instanceof FatalError)) throw error;
      }
    }
    for (const [index, candidate] of page.entries()) {
      if (bytes > MAX_PAGE_BYTES) {
        page = page.slice(0, index);
        break;
      }
      try {
        const repository = await look(this.#program, candidate, candidates, roots);
        this.#seen.set(candidate.path, { repository });
        if (repository === null) continue;
        named.push(...names(repository.name));
        if (!selected(repository.name)) continue;
        take(taken, repository);
        const listed = isShared(repository.name) ? { ...repository, label: candidate.path } : repository;
        repositories.push(listed);
        // One that is too long to be handed on takes no room.
        if (overlongField(listed) === undefined) bytes += bytesOf(listed);
      } catch (error) {
        if (!(error instanceof FatalError)) throw error;
        // Its name isn't known, and may be the folder's.
        named.push(...names(candidate.path));
        refused.push({ name: candidate.path, reason: error.message });
      }
    }
    const last = page.at(-1);
    return { repositories, refused, named, ...(rest.length > page.length && last !== undefined ? { next: last.path } : {}) };
  }
}

/**
 * Reads what a listing says of a candidate.
 * @returns null if it's gone since it was found, or a linked work tree whose repository is listed by itself.
 * @throws FatalError if it can't be read, or lies where nothing may be read.
 */
async function look(program: GitProgram, candidate: FoundPath, candidates: readonly FoundPath[], roots: readonly string[]): Promise<ListedRepository | null> {
  if ('refused' in candidate) throw new FatalError(candidate.refused);
  const local = await openLocal(program, candidate.path);
  if (local === null || (!candidate.asked && local.path !== local.found && candidates.some(({ path }) => path === local.path))) return null;
  await checkFolders(local, roots);
  return describe(local);
}

/** Whether several of the folders that were found have a name, which is what those without a remote are known by. */
function sharedNames(candidates: readonly FoundPath[]): (name: string) => boolean {
  const counts = new Map<string, number>();
  for (const { path } of candidates) counts.set(basename(path), (counts.get(basename(path)) ?? 0) + 1);
  return (name) => (counts.get(name) ?? 0) > 1;
}

/**
 * Reads what a listing says of the repository at a path.
 * @throws InvalidInput if the path isn't allowed; FatalError if it holds no repository that can be read.
 */
export async function lookAt(program: GitProgram, path: string, roots: readonly string[]): Promise<ListedRepository> {
  const real = await allowedPath(path, roots);
  const local = await openLocal(program, real);
  if (local === null) throw new FatalError(`${real} is no longer a git repository`);
  await checkFolders(local, roots);
  return describe(local);
}

/** @throws FatalError if the same repository is synced from another path. */
function take(taken: Map<string, string>, { id, name, path = '' }: ListedRepository): void {
  const twin = taken.get(id);
  if (twin !== undefined) throw new FatalError(`is the same repository (${name}) as ${twin}, which is synced; sync one of the two`);
  taken.set(id, path);
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
      const [first] = candidates;
      if (first === undefined) problems.push(`paths: ${path} ${await nothingAt(real, roots)}`);
      else if (first.path === real && 'refused' in first) problems.push(`paths: ${path}: ${first.refused}`);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return [...found.values()].map((candidate) => ({ ...candidate, asked: asked.has(candidate.path) })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Why nothing was found at a path. */
async function nothingAt(real: string, roots: readonly string[]): Promise<string> {
  const around = await repositoryAround(real);
  if (around !== undefined && isBelow(around, roots)) return `lies inside the repository ${around} and is none itself; name that one`;
  return 'is no git repository and holds none; name a work tree, a bare repository or a folder with some below it';
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

/**
 * A repository can keep its parts anywhere: each has to lie where the worker may read.
 * @throws FatalError naming the first that doesn't.
 */
export async function checkFolders(local: LocalRepository, roots: readonly string[]): Promise<void> {
  assertBelow(await foldersOf(local, (path) => isBelow(path, roots)), roots);
}

/** @throws FatalError naming the first of the paths that lies outside the folders that may be read. */
export function assertBelow(paths: Iterable<string>, roots: readonly string[]): void {
  for (const path of paths) {
    if (!isBelow(path, roots)) {
      throw new FatalError(`its git data lies in ${path}, outside the folders that may be read; add that one to the paths, or to ORG_SYNC_LOCAL_ROOTS`);
    }
  }
}

/**
 * Everything (real paths) that reading a repository touches: folders, and files that links lead to.
 * @param mayRead What lies elsewhere is named, and not looked into.
 */
export async function foldersOf(local: LocalRepository, mayRead: MayRead = () => true): Promise<string[]> {
  const { found, gitDir, commonDir, config } = local;
  const own = [found, gitDir, commonDir, ...local.read, ...(config.path === undefined ? [] : [config.path])];
  if (!own.every(mayRead)) return own;
  try {
    const stores = await findObjectFolders(join(commonDir, 'objects'), mayRead);
    const readable = stores.filter(mayRead);
    const linked = [linkTargets(gitDir, mayRead), linkTargets(commonDir, mayRead), ...readable.map((store) => linkTargetsOfObjects(store, mayRead))];
    return [...new Set([...own, ...stores, ...(await Promise.all(linked)).flatMap((targets) => [...targets])])];
  } catch (error) {
    throw translateFileError(error);
  }
}
