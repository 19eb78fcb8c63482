import { orRefused } from '../../../http/refused.ts';
import type { RepositoryService } from '../../hosted/listing.ts';
import type { GitHub } from '../api.ts';
import { isFollowed } from '../pages.ts';
import type { Found } from './repository.ts';

/** What GitHub gives in one page at most. */
const MOST = 100;

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
      // The token may see none of a page.
      while (page.data.length === 0 && isFollowed(page, MOST)) page = await list(++number);
      // Asked for after it: where a repository before them was removed meanwhile, the first of this page has moved there.
      const before = first === 1 ? [] : (await list(first - 1)).data;
      const all = new Map([...before, ...page.data].map((told) => [told.id, toFound(told)]));
      return { found: [...all.values()], ...(isFollowed(page, MOST) ? { next: String(number + 1) } : {}) };
    },
  };
}

type List = (page: number) => Promise<{ data: Told[]; headers: { link?: string | undefined } }>;

/** How an owner's repositories are listed depends on who that is; undefined where it's nobody. */
async function listOf({ rest }: GitHub, username: string, signal: AbortSignal): Promise<List | undefined> {
  const request = { signal };
  const owner = await orRefused(rest.users.getByUsername({ username, request }), [404]);
  if (owner === undefined) return undefined;
  const order = { sort: 'created', direction: 'asc', per_page: MOST, request } as const;
  if (owner.data.type === 'Organization') {
    return (page) => rest.repos.listForOrg({ ...order, org: username, type: 'all', page });
  }
  // An App's token is nobody's.
  const self = await orRefused(rest.users.getAuthenticated({ request }), [403, 404]);
  if (self?.data.login.toLowerCase() === username.toLowerCase()) {
    return (page) => rest.repos.listForAuthenticatedUser({ ...order, affiliation: 'owner', page });
  }
  return (page) => rest.repos.listForUser({ ...order, username, type: 'owner', page });
}

/** What the three listings have in common. */
interface Told {
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

export function toFound(told: Told): Found {
  const createdAt = told.created_at ?? new Date(0).toISOString();
  return {
    id: String(told.id),
    name: told.full_name,
    url: told.html_url,
    ref: told.default_branch ?? null,
    head: null,
    description: told.description,
    visibility: told.visibility ?? (told.private ? 'private' : 'public'),
    language: told.language ?? null,
    license: told.license?.spdx_id ?? null,
    topics: told.topics ?? [],
    isFork: told.fork,
    isArchived: told.archived ?? false,
    createdAt,
    order: createdAt,
    pushedAt: told.pushed_at ?? null,
    ...(told.disabled === true ? { refused: 'GitHub has disabled it' } : {}),
  };
}
