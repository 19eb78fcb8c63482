import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedRepository } from '../src/model/repository.ts';
import type { ClonePaths } from '../src/providers/source.ts';
import type { ActivityDeps } from './deps.ts';

const REFS_PREFIX = 'org-sync-refs-';

/**
 * Returns the paths of a repository's run. Only one run uses them at a time: Temporal runs one workflow of a repository in
 * a namespace. Another namespace may have runs for the same database, or for a copy of it, which has the same id.
 */
export function clonePaths({ clones, namespaceId, store }: ActivityDeps, repository: ListedRepository, runId: string): ClonePaths {
  // A folder that borrows objects and a clone of a host have the same id.
  const name = repository.hosted === undefined ? `${repository.id}.git` : `${repository.id}.${repository.provider}.git`;
  const gitDir = join(clones, `${store.databaseId}.${namespaceId}`, name);
  return { gitDir, refsFile: join(gitDir, `${REFS_PREFIX}${runId}`) };
}

/** Makes the folder for a run's files and removes the files of earlier runs. */
export async function clearClone(paths: ClonePaths): Promise<void> {
  await mkdir(paths.gitDir, { recursive: true });
  for (const name of await readdir(paths.gitDir)) {
    const file = join(paths.gitDir, name);
    if (name.startsWith(REFS_PREFIX) && file !== paths.refsFile) await rm(file);
  }
}
