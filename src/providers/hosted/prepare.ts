import { dirname } from 'node:path';
import { askGit, gitCommands } from '../../git/commands.ts';
import { gitText } from '../../git/process.ts';
import type { GitProgram } from '../../git/program.ts';
import { pinRefs } from '../../git/refs.ts';
import type { ListedRepository } from '../../model/repository.ts';
import type { PreparedRepository } from '../source.ts';
import { pruneClones, useClone } from './cache.ts';
import { bytesOf } from './damage-mark.ts';
import { type MirrorRequest, updateMirror } from './mirror.ts';
import { hostedRecord } from './record.ts';

/** What the clones of a worker share. */
export interface CloneResources {
  program: GitProgram;
  /** How many bytes all clones of this home may take; null for no bound. */
  cacheBytes: number | null;
}

export interface HostedRequest extends Omit<MirrorRequest, 'defaultBranch'>, CloneResources {
  repository: ListedRepository;
  /** Where to pin the refs. */
  refsFile: string;
  /** Prefix of refs that are fetched for their objects alone, and aren't pinned. */
  hidden?: string;
}

/**
 * Brings the clone of a code host's repository up to date, and pins HEAD and the refs.
 * @param request The clone's folder lies in one of its database and namespace, below that of all clones.
 * @throws FatalError, RetryableError, or the signal's reason.
 */
export async function prepareHosted(request: HostedRequest): Promise<PreparedRepository> {
  const { program, repository, gitDir, refsFile, hidden, cacheBytes, signal } = request;
  const listed = repository.hosted?.ref ?? null;
  const pin = async () => {
    const git = gitCommands(program, gitDir, signal);
    const head = await askGit(git, `--git-dir=${gitDir}`, 'rev-parse', '--quiet', '--verify', 'HEAD');
    // It may be another one by now than was listed.
    const branch = head === null ? null : await askGit(git, `--git-dir=${gitDir}`, 'symbolic-ref', '--quiet', 'HEAD');
    const ref = branch?.replace(/^refs\/heads\//, '') ?? listed;
    const refsDigest = await pinRefs({ program, gitDir, signal }, `${ref ?? ''} ${head ?? ''}`, refsFile, hidden);
    // Finds objects that are missing while the clone can still be made again at once.
    await gitText({ program, gitDir, signal }, ['for-each-ref', '--format=%(objecttype) %(*objecttype) %(tree)']);
    return { head, ref, refsDigest };
  };
  return useClone(gitDir, async () => {
    const before = await bytesOf(gitDir);
    const { head, ref, refsDigest } = await updateMirror({ ...request, defaultBranch: listed }, pin);
    // Clones that haven't grown can't break the bound.
    if (cacheBytes !== null && (await bytesOf(gitDir)) > before) await pruneClones(dirname(dirname(gitDir)), cacheBytes);
    return { head, refsDigest, record: hostedRecord(repository, head, ref) };
  });
}
