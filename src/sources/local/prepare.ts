import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, gitCommands } from '../../git/commands.ts';
import { makeOverlay } from '../../git/overlay.ts';
import { pinRefs } from '../../git/refs.ts';
import { FatalError } from '../../model/errors.ts';
import type { ListedRepository } from '../../model/repository.ts';
import type { PreparedRepository } from '../source.ts';
import { type LocalRepository, openLocal } from './discover.ts';
import { translateFileError } from './file-errors.ts';
import { checkFolders } from './list.ts';
import { allowedPath } from './roots.ts';

/** Makes a local repository readable through one of ours, and pins HEAD and the refs. */
export async function prepareLocal(
  repository: ListedRepository,
  gitDir: string,
  refsFile: string,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<PreparedRepository> {
  const path = await allowedPath(repository.path ?? '', roots);
  const local = await openLocal(path);
  if (local === null) throw new FatalError(`${path} is no longer a git repository`);
  await checkFolders(local, roots);
  try {
    await makeOverlay(local.commonDir, gitDir, local.objectFormat);
  } catch (error) {
    throw translateFileError(error);
  }

  const git = gitCommands('/', signal);
  const ref = await ask(git, `--git-dir=${local.gitDir}`, 'symbolic-ref', '--quiet', 'HEAD');
  const head = await ask(git, `--git-dir=${local.gitDir}`, 'rev-parse', '--quiet', '--verify', 'HEAD');
  if (head === null) await checkUnborn(local, ref);
  const refsDigest = await pinRefs({ gitDir: local.gitDir, signal }, `${ref ?? ''} ${head ?? ''}`, refsFile);
  return {
    head,
    refsDigest,
    record: {
      id: repository.id,
      repo: repository.name,
      provider: 'local',
      host: repository.host,
      providerId: null,
      url: repository.url,
      ref: ref?.replace(/^refs\/heads\//, '') ?? null,
      headHash: head,
      settings: { path: local.path },
      tags: [],
      isFork: false,
      isArchived: false,
      createdAt: null,
      removedAt: null,
    },
  };
}

/**
 * Makes sure that HEAD names a branch without commits: to git, a branch whose file is damaged looks the same.
 * @throws FatalError
 */
async function checkUnborn({ commonDir }: LocalRepository, ref: string | null): Promise<void> {
  const file = join(commonDir, ref ?? 'HEAD');
  try {
    if ((await readFile(file, 'utf8')).startsWith('ref: ') && ref !== null) return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return;
    throw translateFileError(error);
  }
  throw new FatalError(`HEAD can't be read, as ${file} is damaged; 'git reflog' may tell which commit it named`);
}
