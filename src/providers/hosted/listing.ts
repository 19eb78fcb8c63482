import { RetryableError } from '../../model/errors.ts';
import type { OrgSyncInput } from '../../model/input.ts';
import type { ListedRepository, RepositoryPage } from '../../model/repository.ts';
import { namesFor, selects } from '../select.ts';

/** What a listing of any host tells of a repository, as far as listing needs it. */
export interface Listable {
  /** The host's own id. */
  id: string;
  /** Full name. */
  name: string;
  isFork: boolean;
  isArchived: boolean;
  /** Why nothing in it can be read, where the host says so. */
  refused?: string;
  /** By what repositories are listed: a text that sorts as they are ordered, and of which a repository keeps its own. */
  order: string;
}

/** A page of an owner's repositories, in their order. */
export interface FoundPage<Found extends Listable> {
  found: Found[];
  /** Of those that the owner has and whose very names can't be read: why. */
  hidden?: string[];
  /**
   * Where the next page begins: before the end of this one, so that both hold a repository, unless the host finds it by
   * the last repository itself. Absent on the last page.
   */
  next?: string;
}

/** An owner's repositories as one API of a host lists them. Calls throw what the API throws. */
export interface RepositoryService<Found extends Listable> {
  /** Which way of listing it is: a place in one means nothing to another. */
  readonly api: string;
  /** What `order` is made of. */
  readonly orderedBy: 'created' | 'id';
  /** Whether pages are found by the last repository before them: then none slips past, and pages needn't overlap. */
  readonly exact?: boolean;

  /**
   * @param place `next` of the page before; undefined for the front.
   * @returns undefined if there is no such owner.
   */
  page(owner: string, place: string | undefined, signal: AbortSignal): Promise<FoundPage<Found> | undefined>;
}

/** How far a listing has got, as it travels from page to page. */
export interface ListingCursor {
  api: string;
  place: string;
  /** Id of the last repository, and its order. */
  last: string;
  order: string;
  /** Ids of those with the same order. */
  ties: string[];
}

/** Times that a page is looked for anew because repositories were removed meanwhile. */
const MAX_SEARCHES = 10;

/**
 * Lists one page of an owner's repositories.
 * @param toListed What travels on of a repository.
 * @param reached What the page before left in `next`.
 * @returns undefined if there is no such owner.
 */
export async function listPage<Found extends Listable>(
  service: RepositoryService<Found>,
  toListed: (found: Found) => ListedRepository,
  host: string,
  input: OrgSyncInput,
  reached: ListingCursor | undefined,
  signal: AbortSignal,
): Promise<RepositoryPage | undefined> {
  const owner = input.owner ?? '';
  const page = await pageAfter(service, owner, reached, signal);
  if (page === undefined) return undefined;
  const found = page.found.filter((each) => isBeyond(each, reached));
  const last = page.found.at(-1);
  const next: ListingCursor | undefined =
    page.next === undefined || last === undefined
      ? undefined
      : {
          api: service.api,
          place: page.next,
          last: last.id,
          order: last.order,
          ties: [...(last.order === reached?.order ? reached.ties : []), ...found.filter(({ order }) => order === last.order).map(({ id }) => id)],
        };
  const { repositories, refused, named } = wantedOf(found, toListed, input);
  const bounds = { ...(reached === undefined ? {} : { after: reached.order }), ...(next === undefined ? {} : { upTo: next.order }) };
  const providerIds = [...(reached?.ties ?? []), ...found.map(({ id }) => id)];
  const { hidden = [] } = page;
  return {
    repositories,
    named,
    refused: [...refused, ...hidden.map((reason) => ({ name: `${owner}/?`, reason }))],
    // Any of those that lack may be one that's hidden.
    ...(hidden.length > 0 ? {} : { covers: { owner, host, orderedBy: service.orderedBy, ...bounds, providerIds } }),
    ...(next === undefined ? {} : { next: JSON.stringify(next) }),
  };
}

/** Of repositories that were found those that an input asks for. */
export function wantedOf<Found extends Listable>(found: readonly Found[], toListed: (found: Found) => ListedRepository, input: OrgSyncInput) {
  const selected = selects(input);
  const named = namesFor(input);
  const wanted = found.filter(
    ({ name, isFork, isArchived }) => selected(name) && !(isFork && input.includeForks === false) && !(isArchived && input.includeArchived === false),
  );
  return {
    repositories: wanted.filter(({ refused }) => refused === undefined).map(toListed),
    refused: wanted.flatMap(({ name, refused }) => (refused === undefined ? [] : [{ name, reason: refused }])),
    named: found.flatMap(({ name }) => named(name)),
  };
}

/**
 * The page that follows what has been listed. Where repositories before it were removed meanwhile, those after them
 * may have moved to pages that were read already: then it's looked for from the front, so that none is left out.
 */
async function pageAfter<Found extends Listable>(
  service: RepositoryService<Found>,
  owner: string,
  reached: ListingCursor | undefined,
  signal: AbortSignal,
): Promise<FoundPage<Found> | undefined> {
  let [place, last] = [reached?.place, reached?.last];
  for (let searches = 0; searches < MAX_SEARCHES; ) {
    const page = await service.page(owner, place, signal);
    if (page === undefined) return undefined;
    const follows = service.exact === true || place === undefined || page.found.some(({ id }) => id === last);
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

function isBeyond({ id, order }: Listable, reached: ListingCursor | undefined): boolean {
  if (reached === undefined) return true;
  return order > reached.order || (order === reached.order && !reached.ties.includes(id));
}
