import type { RepositoryRecord } from '../../model/records.ts';
import type { HostedFacts, ListedRepository } from '../../model/repository.ts';

/** What a listing says of a repository that a code host has, as columns. */
export function hostedColumns({ name, provider, host, url, hosted }: ListedRepository): Omit<RepositoryRecord, 'id' | 'headHash'> {
  const { providerId, ref, isFork, isArchived, createdAt, tags, settings } = hosted as HostedFacts;
  return { repo: name, provider, host, providerId, url, ref, settings, tags, isFork, isArchived, createdAt: new Date(createdAt), removedAt: null };
}
