import type { RepositoryService } from '../../hosted/listing.ts';
import { orRefused } from '../../http/refused.ts';
import type { GitHub } from '../api.ts';
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
      const number = Number(place);
      const found = await list(number);
      // Asked for after it: where a repository before them was removed meanwhile, the first of this page has moved there.
      const before = number === 1 ? [] : await list(number - 1);
      const all = new Map([...before, ...found].map((each) => [each.id, each]));
      return { found: [...all.values()], ...(found.length === MOST ? { next: String(number + 1) } : {}) };
    },
  };
}

type List = (page: number) => Promise<Found[]>;

/** How an owner's repositories are listed depends on who that is; undefined where it's nobody. */
async function listOf({ rest }: GitHub, username: string, signal: AbortSignal): Promise<List | undefined> {
  const request = { signal };
  const owner = await orRefused(rest.users.getByUsername({ username, request }), [404]);
  if (owner === undefined) return undefined;
  const order = { sort: 'created', direction: 'asc', per_page: MOST, request } as const;
  if (owner.data.type === 'Organization') {
    return async (page) => (await rest.repos.listForOrg({ ...order, org: username, type: 'all', page })).data.map(toFound);
  }
  // An App's token is nobody's.
  const self = await orRefused(rest.users.getAuthenticated({ request }), [403, 404]);
  if (self?.data.login.toLowerCase() === username.toLowerCase()) {
    return async (page) => (await rest.repos.listForAuthenticatedUser({ ...order, affiliation: 'owner', page })).data.map(toFound);
  }
  return async (page) => (await rest.repos.listForUser({ ...order, username, type: 'owner', page })).data.map(toFound);
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

function toFound(told: Told): Found {
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
