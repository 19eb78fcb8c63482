import type { HostedFacts, ListedRepository } from '../../model/repository.ts';
import type { RepositoryRecord } from '../../schema/repos.ts';

/**
 * The row of a repository that a code host has, as its listing tells.
 * @param headHash Commit of the default branch; null if there is none.
 * @param branch The default branch, where another one than was listed was found.
 */
export function hostedRecord({ id, name, provider, host, url, hosted }: ListedRepository, headHash: string | null, branch?: string | null): RepositoryRecord {
  const { providerId, ref: listed, isFork, isArchived, createdAt, tags, settings } = hosted as HostedFacts;
  return {
    ...{ id, repo: name, provider, host, providerId, url, headHash, settings, tags, isFork, isArchived },
    // Some listings name one that is still to come.
    ref: headHash === null ? null : (branch ?? listed),
    createdAt: new Date(createdAt),
    removedAt: null,
  };
}
