import { InvalidInput, RetryableError } from '../../../model/errors.ts';
import type { OrgSyncInput } from '../../../model/input.ts';
import type { RepositoryPage } from '../../../model/repository.ts';
import { selects } from '../../select.ts';
import type { GitHub } from '../api.ts';
import { GraphqlUnavailable } from '../errors.ts';
import { graphqlListing } from './graphql.ts';
import { type Found, toListed } from './repository.ts';
import { restListing } from './rest.ts';
import type { FoundPage, RepositoryService } from './service.ts';

/** How far a listing has got, as it travels from page to page. */
interface Reached {
  api: RepositoryService['api'];
  place: string;
  /** Id of the last repository. */
  last: string;
  /** When that one was created. */
  createdAt: string;
  /** Ids of those created in the same second. */
  ties: string[];
}

/** Times that a page is looked for anew because repositories were removed meanwhile. */
const MOST_SEARCHES = 10;

/**
 * Lists one page of an owner's repositories, with what tells whether they hold anything new.
 * @param after `next` of the page before.
 * @throws InvalidInput where there is no such owner.
 * @throws what calls of {@link GitHub} throw.
 */
export async function listRepositories(github: GitHub, input: OrgSyncInput, after: string | undefined, signal: AbortSignal): Promise<RepositoryPage> {
  const reached = after === undefined ? undefined : (JSON.parse(after) as Reached);
  if (reached?.api === 'rest') return listWith(restListing(github), github.host, input, reached, signal);
  try {
    return await listWith(graphqlListing(github), github.host, input, reached, signal);
  } catch (error) {
    if (!(error instanceof GraphqlUnavailable) || reached !== undefined) throw error;
    return listWith(restListing(github), github.host, input, undefined, signal);
  }
}

async function listWith(
  service: RepositoryService,
  host: string,
  input: OrgSyncInput,
  reached: Reached | undefined,
  signal: AbortSignal,
): Promise<RepositoryPage> {
  const owner = input.owner ?? '';
  const page = await pageAfter(service, owner, reached, signal);
  if (page === undefined) throw new InvalidInput([`owner: there is no organisation or user '${owner}' at ${host} that the token can see`]);
  const found = page.found.filter((each) => isBeyond(each, reached));
  const selected = selects(input);
  const wanted = found.filter(
    ({ name, isFork, isArchived }) => selected(name) && !(isFork && input.includeForks === false) && !(isArchived && input.includeArchived === false),
  );
  const now = Date.now();
  const last = page.found.at(-1);
  const next: Reached | undefined =
    page.next === undefined || last === undefined
      ? undefined
      : {
          api: service.api,
          place: page.next,
          last: last.id,
          createdAt: last.createdAt,
          ties: [
            ...(last.createdAt === reached?.createdAt ? reached.ties : []),
            ...found.filter(({ createdAt }) => createdAt === last.createdAt).map(({ id }) => id),
          ],
        };
  const bounds = { ...(reached === undefined ? {} : { after: reached.createdAt }), ...(next === undefined ? {} : { upTo: next.createdAt }) };
  const { hidden = [] } = page;
  return {
    repositories: wanted.filter(({ refused }) => refused === undefined).map((each) => toListed(each, host, now)),
    refused: [
      ...wanted.flatMap(({ name, refused }) => (refused === undefined ? [] : [{ name, reason: refused }])),
      ...hidden.map((reason) => ({ name: `${owner}/?`, reason })),
    ],
    // Any of those that lack may be one that's hidden.
    ...(hidden.length > 0 ? {} : { covers: { owner, host, ...bounds, providerIds: [...(reached?.ties ?? []), ...found.map(({ id }) => id)] } }),
    ...(next === undefined ? {} : { next: JSON.stringify(next) }),
  };
}

/**
 * The page that follows what has been listed. Where repositories before it were removed meanwhile, those after them
 * may have moved to pages that were read already: then it's looked for from the front, so that none is left out.
 */
async function pageAfter(service: RepositoryService, owner: string, reached: Reached | undefined, signal: AbortSignal): Promise<FoundPage | undefined> {
  let [place, last] = [reached?.place, reached?.last];
  for (let searches = 0; searches < MOST_SEARCHES; ) {
    const page = await service.page(owner, place, signal);
    if (page === undefined) return undefined;
    const follows = place === undefined || page.found.some(({ id }) => id === last);
    if (!follows) {
      place = undefined;
      searches += 1;
    } else if (page.next === undefined || page.found.some((each) => isBeyond(each, reached))) {
      return page;
    } else {
      [place, last] = [page.next, page.found.at(-1)?.id];
    }
  }
  throw new RetryableError(`repositories of ${owner} were removed faster than they could be listed`);
}

function isBeyond({ id, createdAt }: Found, reached: Reached | undefined): boolean {
  if (reached === undefined) return true;
  return createdAt > reached.createdAt || (createdAt === reached.createdAt && !reached.ties.includes(id));
}
