import { undefinedIfRefused } from '../../../http/refused.ts';
import type { RepositoryService } from '../../hosted/listing.ts';
import type { GitHub } from '../api.ts';
import { hasMorePages } from '../pages.ts';
import type { Found } from './repository.ts';

/** GitHub's maximum page size. */
const MAX_PAGE_SIZE = 100;

/** Lists repositories where GraphQL is switched off. Pages are numbered, so each request after the first repeats the page before. */
export function restListing(github: GitHub): RepositoryService<Found> {
  return {
    api: 'rest',
    orderedBy: 'created',
    async page(owner, place = '1', signal) {
      const list = await listOf(github, owner, signal);
      if (list === undefined) return undefined;
      const first = Number(place);
      let number = first;
      let page = await list(number);
      // The token may not see anything on a page.
      while (page.data.length === 0 && hasMorePages(page, MAX_PAGE_SIZE)) page = await list(++number);
      // Asked for after it: where a repository before them was removed meanwhile, the first of this page has moved there.
      const before = first === 1 ? [] : (await list(first - 1)).data;
      const all = new Map([...before, ...page.data].map((api) => [api.id, toFoundRepository(api)]));
      return { found: [...all.values()], ...(hasMorePages(page, MAX_PAGE_SIZE) ? { next: String(number + 1) } : {}) };
    },
  };
}

type List = (page: number) => Promise<{ data: ApiRepository[]; headers: { link?: string | undefined } }>;

/** Chooses how to list an owner's repositories; undefined if there is no such owner. */
async function listOf({ rest }: GitHub, username: string, signal: AbortSignal): Promise<List | undefined> {
  const request = { signal };
  const owner = await undefinedIfRefused(rest.users.getByUsername({ username, request }), [404]);
  if (owner === undefined) return undefined;
  const order = { sort: 'created', direction: 'asc', per_page: MAX_PAGE_SIZE, request } as const;
  if (owner.data.type === 'Organization') {
    return (page) => rest.repos.listForOrg({ ...order, org: username, type: 'all', page });
  }
  // An App's token belongs to no user.
  const self = await undefinedIfRefused(rest.users.getAuthenticated({ request }), [403, 404]);
  if (self?.data.login.toLowerCase() === username.toLowerCase()) {
    return (page) => rest.repos.listForAuthenticatedUser({ ...order, affiliation: 'owner', page });
  }
  return (page) => rest.repos.listForUser({ ...order, username, type: 'owner', page });
}

/** What the three listings have in common. */
interface ApiRepository {
  id: number;
  full_name: string;
  html_url: string;
  description: string | null;
  default_branch?: string | undefined;
  visibility?: string | undefined;
  private: boolean;
  language?: string | null | undefined;
  license?: { spdx_id?: string | null } | null | undefined;
  topics?: string[] | undefined;
  fork: boolean;
  archived?: boolean | undefined;
  disabled?: boolean | undefined;
  created_at?: string | null | undefined;
  pushed_at?: string | null | undefined;
}

export function toFoundRepository(api: ApiRepository): Found {
  const createdAt = api.created_at ?? new Date(0).toISOString();
  return {
    id: String(api.id),
    name: api.full_name,
    url: api.html_url,
    ref: api.default_branch ?? null,
    head: null,
    description: api.description,
    visibility: api.visibility ?? (api.private ? 'private' : 'public'),
    language: api.language ?? null,
    license: api.license?.spdx_id ?? null,
    topics: api.topics ?? [],
    isFork: api.fork,
    isArchived: api.archived ?? false,
    createdAt,
    order: createdAt,
    pushedAt: api.pushed_at ?? null,
    ...(api.disabled === true ? { refused: 'GitHub has disabled it' } : {}),
  };
}
