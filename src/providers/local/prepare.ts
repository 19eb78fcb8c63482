import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askGit, gitCommands } from '../../git/commands.ts';
import { GitError } from '../../git/error.ts';
import type { GitProgram } from '../../git/program.ts';
import { pinRefs } from '../../git/refs.ts';
import { FatalError } from '../../model/errors.ts';
import type { ListedRepository } from '../../model/repository.ts';
import type { ClonePaths, PreparedRepository } from '../source.ts';
import { type LocalRepository, openLocal } from './discover.ts';
import { HeldSource } from './held-source.ts';
import { checkFolders } from './list.ts';
import { allowedPath } from './roots.ts';

/** Makes a local repository readable through one of ours, and pins HEAD and the refs. */
export async function prepareLocal(
  program: GitProgram,
  repository: ListedRepository,
  paths: ClonePaths,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<PreparedRepository> {
  const path = await allowedPath(repository.path ?? '', roots);
  const local = await openLocal(program, path);
  if (local === null) throw new FatalError(`${path} is no longer a git repository`);
  await checkFolders(local, roots);
  await using held = await HeldSource.make(local, paths.gitDir, roots);
  const { ref, head, refsDigest } = await pin(program, held, local, paths, signal);
  await held.check();
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

async function pin(program: GitProgram, held: HeldSource, local: LocalRepository, { gitDir, refsFile }: ClonePaths, signal: AbortSignal) {
  const view = join(gitDir, 'source');
  await held.viewRefs(view, local);
  try {
    const git = gitCommands(program, '/', signal);
    const ref = await askGit(git, `--git-dir=${view}`, 'symbolic-ref', '--quiet', 'HEAD');
    const head = await askGit(git, `--git-dir=${view}`, 'rev-parse', '--quiet', '--verify', 'HEAD');
    return { ref, head, refsDigest: await pinRefs({ program, gitDir: view, signal }, `${ref ?? ''} ${head ?? ''}`, refsFile) };
  } catch (error) {
    // Whoever reads the message knows the repository, and not where it is read.
    throw error instanceof GitError ? error.renamed(view, local.commonDir) : error;
  } finally {
    await rm(view, { recursive: true, force: true });
  }
}
