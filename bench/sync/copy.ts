import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitProgram } from '../../src/config.ts';
import { makeOverlay } from '../../src/git/overlay.ts';
import { openLocal } from '../../src/providers/local/discover.ts';
import { findObjectFolders } from '../../src/providers/local/object-folders.ts';
import { type GitPlace, git, gitText } from '../support/git.ts';

/** A bare repository of ours that borrows the objects of another and has its own copy of its refs. */
export interface RepositoryCopy extends GitPlace {
  /** Name of the folder that the original is in. */
  name: string;
  head: string;
}

/**
 * Makes a repository to measure and to commit to, while the given one stays as it is.
 * @param repo A work tree or a bare repository.
 * @param gitDir Where the copy goes.
 * @throws Error where there is no repository, or one without commits.
 */
export async function copyRepository(repo: string, gitDir: string, signal: AbortSignal): Promise<RepositoryCopy> {
  const original = await openLocal(gitProgram, repo);
  if (original === null) throw new Error(`${repo} is no git repository; name a work tree or a bare repository`);
  await makeOverlay(gitDir, original.config.objectFormat, await findObjectFolders(join(original.commonDir, 'objects'), () => true));

  const from = { program: gitProgram, gitDir: original.gitDir, signal };
  const to = { program: gitProgram, gitDir, signal };
  const refs = await git(from, ['for-each-ref', '--format=%(objectname) %(refname)']);
  await writeFile(join(gitDir, 'packed-refs'), Buffer.concat([Buffer.from('# pack-refs with: sorted \n'), refs]));
  const head = await gitText(from, ['rev-parse', '--verify', 'HEAD^{commit}']);
  await git(to, ['symbolic-ref', 'HEAD', 'refs/heads/org-sync-bench']);
  await moveHead(to, head);
  return { ...to, name: nameOf(original.path), head };
}

/** Makes a commit the newest of the checked-out branch. */
export async function moveHead(copy: GitPlace, commit: string): Promise<void> {
  await git(copy, ['update-ref', 'HEAD', commit]);
}

/** 'express' for /srv/express, /srv/express.git and /srv/express/.git */
function nameOf(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.git');
  return (names.at(-1) ?? 'repository').replace(/\.git$/, '');
}
