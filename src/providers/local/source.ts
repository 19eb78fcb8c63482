import type { GitProgram } from '../../git/program.ts';
import type { Source } from '../source.ts';
import { HeldSource } from './held-source.ts';
import { LocalListing, lookAt } from './list.ts';
import { prepareLocal } from './prepare.ts';
import { inferredPullRequests } from './pull-requests.ts';
import { type AllowedRoots, realRoots } from './roots.ts';

/** Repositories on this machine's disk. */
export function localSource(program: GitProgram, allowed: AllowedRoots): Source {
  const listing = new LocalListing(program);
  return {
    list: async (input, after) => listing.page(input, after, await realRoots(allowed)),
    look: async (repository) => lookAt(program, repository.path ?? '', await realRoots(allowed)),
    prepare: async (repository, _options, paths, signal) => prepareLocal(program, repository, paths, await realRoots(allowed), signal),
    hold: async ({ gitDir }) => HeldSource.reopen(gitDir, await realRoots(allowed)),
    pullRequests: inferredPullRequests,
  };
}
