import { gitFaults } from '../forge/git-faults.ts';
import type { GitHubFault } from './effects.ts';

const LISTING = { kind: 'graphql', operation: 'repositories' } as const;
const PULLS = { kind: 'graphql', operation: 'PullRequests' } as const;
const REVIEWS = { kind: 'graphql', operation: 'PullRequestReviews' } as const;

/**
 * Faults of every kind that a sync over GraphQL can meet and outlast, spread over its requests.
 * @param large A repository with many pages of pull requests.
 * @param change Happens at GitHub between two of its pages.
 */
export function faultsOfEveryKind(large: string, change: () => void): GitHubFault[] {
  const [, name = ''] = large.split('/');
  const largePulls = { ...PULLS, text: new RegExp(`"name":"${name}"`) };
  return [
    { match: LISTING, effect: { do: 'status', status: 503 } },
    { match: LISTING, after: 2, effect: { do: 'cut', by: 'length' } },
    { match: LISTING, after: 3, effect: { do: 'primary-limit', seconds: 1 } },
    { match: LISTING, after: 4, effect: { do: 'resource-limits' } },
    { match: largePulls, after: 3, effect: { do: 'change', change } },
    // Without a time it's a minute; git's minute goes by meanwhile.
    { match: PULLS, after: 1, effect: { do: 'secondary-limit', seconds: 5, retryAfter: false } },
    { match: PULLS, after: 2, effect: { do: 'primary-limit', seconds: 2 } },
    { match: PULLS, after: 8, effect: { do: 'primary-limit', seconds: 1, status: 403, type: 'RATE_LIMIT' } },
    { match: PULLS, after: 14, effect: { do: 'primary-limit', seconds: 1, status: 429 } },
    { match: PULLS, after: 20, effect: { do: 'secondary-limit', seconds: 2 } },
    { match: PULLS, after: 26, effect: { do: 'secondary-limit', seconds: 1, status: 429 } },
    { match: PULLS, after: 32, effect: { do: 'secondary-limit', seconds: 1, status: 200 } },
    { match: PULLS, after: 4, effect: { do: 'status', status: 502 } },
    { match: PULLS, after: 10, effect: { do: 'status', status: 504 } },
    { match: PULLS, after: 12, effect: { do: 'status', status: 500 } },
    { match: PULLS, after: 15, effect: { do: 'status', status: 503, headers: { 'retry-after': '1' } } },
    { match: PULLS, after: 16, effect: { do: 'reset' } },
    { match: PULLS, after: 18, effect: { do: 'reset-in-body' } },
    { match: PULLS, after: 22, effect: { do: 'cut', by: 'length' } },
    { match: PULLS, after: 24, effect: { do: 'cut', by: 'chunked' } },
    { match: PULLS, after: 28, effect: { do: 'html' } },
    { match: PULLS, after: 30, effect: { do: 'not-json' } },
    { match: PULLS, after: 38, effect: { do: 'slow', milliseconds: 300 } },
    { match: PULLS, after: 40, times: 2, every: 3, effect: { do: 'resource-limits' } },
    { match: PULLS, after: 48, effect: { do: 'graphql-error', message: 'Something went wrong while executing your query.' } },
    { match: PULLS, after: 50, effect: { do: 'graphql-error', type: 'INTERNAL', message: 'Server error' } },
    { match: REVIEWS, after: 1, effect: { do: 'primary-limit', seconds: 1 } },
    { match: REVIEWS, after: 5, effect: { do: 'secondary-limit', seconds: 1 } },
    { match: REVIEWS, after: 9, effect: { do: 'status', status: 502 } },
    { match: REVIEWS, after: 13, effect: { do: 'cut', by: 'chunked' } },
    { match: REVIEWS, after: 17, effect: { do: 'resource-limits' } },
    ...gitFaults({ limited: 'You have exceeded a secondary rate limit.', down: 'Service unavailable' }),
  ];
}

const LISTS = { kind: 'rest', path: /^\/orgs\/[^/]+\/repos$/ } as const;
const REST_PULLS = { kind: 'rest', path: /\/pulls$/ } as const;
const ONE_PULL = { kind: 'rest', path: /\/pulls\/\d+$/ } as const;
const REST_REVIEWS = { kind: 'rest', path: /\/reviews$/ } as const;

/**
 * The same for a sync over REST.
 * @param trap Address of a host that mustn't be asked.
 */
export function restFaults(trap: string): GitHubFault[] {
  return [
    { match: LISTS, effect: { do: 'reset-in-body' } },
    { match: LISTS, after: 1, effect: { do: 'primary-limit', seconds: 1, status: 429 } },
    { match: LISTS, after: 2, effect: { do: 'link-host', url: trap } },
    { match: REST_PULLS, effect: { do: 'link-host', url: trap } },
    { match: REST_PULLS, after: 1, effect: { do: 'slide', rows: 3 } },
    { match: REST_PULLS, after: 3, effect: { do: 'primary-limit', seconds: 1 } },
    { match: REST_PULLS, after: 5, effect: { do: 'cut', by: 'length' } },
    { match: REST_PULLS, after: 7, effect: { do: 'html' } },
    { match: REST_PULLS, after: 9, effect: { do: 'status', status: 502 } },
    { match: ONE_PULL, after: 3, effect: { do: 'status', status: 500 } },
    { match: ONE_PULL, after: 12, effect: { do: 'secondary-limit', seconds: 1 } },
    { match: ONE_PULL, after: 20, effect: { do: 'cut', by: 'chunked' } },
    { match: ONE_PULL, after: 30, effect: { do: 'reset' } },
    { match: ONE_PULL, after: 40, effect: { do: 'not-json' } },
    { match: REST_REVIEWS, effect: { do: 'link-host', url: trap } },
    { match: REST_REVIEWS, after: 4, effect: { do: 'link-host', url: trap } },
    { match: REST_REVIEWS, after: 9, effect: { do: 'primary-limit', seconds: 1, status: 403 } },
    { match: REST_REVIEWS, after: 16, effect: { do: 'secondary-limit', seconds: 1, status: 429 } },
    { match: REST_REVIEWS, after: 25, effect: { do: 'slow', milliseconds: 200 } },
  ];
}
