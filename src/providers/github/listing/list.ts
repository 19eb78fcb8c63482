import { undefinedIfRefused } from '../../../http/refused.ts';
import { InvalidInput } from '../../../model/errors.ts';
import type { OrgSyncInput } from '../../../model/input.ts';
import type { ListedRepository, RepositoryPage } from '../../../model/repository.ts';
import { type ListingCursor, listPage, type RepositoryService } from '../../hosted/listing.ts';
import type { GitHub } from '../api.ts';
import { GraphqlUnavailable } from '../errors.ts';
import { graphqlListing } from './graphql.ts';
import { type Found, toListedRepository } from './repository.ts';
import { restListing, toFoundRepository } from './rest.ts';

/**
 * Lists one page of an owner's repositories, with what shows whether they contain anything new.
 * @param after `next` of the page before.
 * @throws InvalidInput if there is no such owner.
 * @throws What calls of {@link GitHub} throw.
 */
export async function listRepositories(github: GitHub, input: OrgSyncInput, after: string | undefined, signal: AbortSignal): Promise<RepositoryPage> {
  const reached = after === undefined ? undefined : (JSON.parse(after) as ListingCursor);
  if (reached?.api === 'rest') return listWith(restListing(github), github.host, input, reached, signal);
  try {
    return await listWith(graphqlListing(github), github.host, input, reached, signal);
  } catch (error) {
    if (!(error instanceof GraphqlUnavailable) || reached !== undefined) throw error;
    return listWith(restListing(github), github.host, input, undefined, signal);
  }
}

async function listWith(
  service: RepositoryService<Found>,
  host: string,
  input: OrgSyncInput,
  reached: ListingCursor | undefined,
  signal: AbortSignal,
): Promise<RepositoryPage> {
  const now = Date.now();
  const page = await listPage(service, (found) => toListedRepository(found, host, now), host, input, reached, signal);
  if (page === undefined) throw new InvalidInput([`owner: there is no organization or user '${input.owner}' at ${host} that the token can see`]);
  return page;
}

/**
 * Reads what a listing says about one repository.
 * @returns undefined if the token can see no repository with this name.
 */
export async function lookUpRepository({ rest, host }: GitHub, fullName: string, signal: AbortSignal): Promise<ListedRepository | undefined> {
  const [owner = '', repo = ''] = fullName.split('/');
  const answer = await undefinedIfRefused(rest.repos.get({ owner, repo, request: { signal } }), [404]);
  return answer === undefined ? undefined : toListedRepository(toFoundRepository(answer.data), host, Date.now());
}
