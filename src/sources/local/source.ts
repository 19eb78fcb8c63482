import type { Source } from '../source.ts';
import { listLocal } from './list.ts';
import { prepareLocal } from './prepare.ts';
import { readInferredPullRequests } from './pull-requests.ts';
import type { AllowedRoots } from './roots.ts';

/** Repositories on this machine's disk. */
export function localSource(allowedRoots: AllowedRoots): Source {
  return {
    list: async (input, after) => listLocal(input, after, await allowedRoots()),
    prepare: async (repository, gitDir, refsFile, signal) => prepareLocal(repository, gitDir, refsFile, await allowedRoots(), signal),
    pullRequests: readInferredPullRequests,
  };
}
