import { ask, gitCommands } from '../../git/commands.ts';
import { makeOverlay } from '../../git/overlay.ts';
import { pinRefs } from '../../git/refs.ts';
import { FatalError } from '../../model/errors.ts';
import type { ListedRepository } from '../../model/repository.ts';
import type { ClonePaths, PreparedRepository } from '../source.ts';
import { openLocal } from './discover.ts';
import { translateFileError } from './file-errors.ts';
import { checkFolders } from './list.ts';
import { allowedPath } from './roots.ts';

/** Makes a local repository readable through one of ours, and pins HEAD and the refs. */
export async function prepareLocal(
  repository: ListedRepository,
  { gitDir, refsFile }: ClonePaths,
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
