import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedRepository } from '../src/model/repository.ts';
import type { ClonePaths } from '../src/sources/source.ts';
import type { ActivityDeps } from './deps.ts';

const REFS_PREFIX = 'org-sync-refs-';

/**
 * Paths for a run of a repository. Each database has a folder of its own, so that runs for two databases never
 * meet; for one database Temporal lets one run of a repository go on at a time.
 */
export function clonePaths({ clones, store }: ActivityDeps, repository: ListedRepository, runId: string): ClonePaths {
  // What borrows the objects of a local repository and what is cloned from a host are different things of one id.
  const gitDir = join(clones, store.databaseId, repository.provider === 'local' ? `${repository.id}.git` : `${repository.id}.${repository.provider}.git`);
  return { gitDir, refsFile: join(gitDir, `${REFS_PREFIX}${runId}`) };
}

/** Makes room for a run's files and removes those of earlier runs. */
export async function clearClone(paths: ClonePaths): Promise<void> {
  await mkdir(paths.gitDir, { recursive: true });
  for (const name of await readdir(paths.gitDir)) {
    const file = join(paths.gitDir, name);
    if (name.startsWith(REFS_PREFIX) && file !== paths.refsFile) await rm(file);
  }
}
