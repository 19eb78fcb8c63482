import { gitFaults } from '../forge/git-faults.ts';
import type { GitLabFault } from './effects.ts';

const LISTING = { kind: 'rest', path: /^\/groups\/[^/]+\/projects$/ } as const;
const CHANGES = { kind: 'rest', path: /^\/groups\/[^/]+\/merge_requests$/ } as const;
const REQUESTS = { kind: 'rest', path: /^\/projects\/[^/]+\/merge_requests$/ } as const;
const APPROVALS = { kind: 'rest', path: /\/approvals$/ } as const;
const NOTES = { kind: 'rest', path: /\/notes$/ } as const;

export interface FaultPlaces {
  /** Id of a project with many pages of merge requests, of which more than a page have the same time of change. */
  large: number;
  /** Address of a host that mustn't be asked. */
  trap: string;
  /** Happens at GitLab between two of its pages. */
  change: () => void;
}

/** Faults of every kind that a sync can meet and outlast, spread over its requests. */
export function faultsOfEveryKind({ large, trap, change }: FaultPlaces): GitLabFault[] {
  const ofLarge = { kind: 'rest', path: new RegExp(`^/projects/${large}/merge_requests$`) } as const;
  return [
    { match: LISTING, effect: { do: 'status', status: 503 } },
    { match: LISTING, after: 1, effect: { do: 'rate-limit', seconds: 1 } },
    { match: LISTING, after: 2, effect: { do: 'cut', by: 'length' } },
    { match: LISTING, after: 3, effect: { do: 'link-host', url: trap } },
    { match: CHANGES, effect: { do: 'status', status: 500, body: { message: '500 Internal Server Error' } } },
    { match: CHANGES, after: 1, effect: { do: 'rate-limit', seconds: 1, headers: 'reset' } },
    { match: ofLarge, after: 1, effect: { do: 'change', change } },
    { match: { ...ofLarge, text: /(^|&)page=[2-9]/ }, effect: { do: 'slide', rows: 3 } },
    { match: ofLarge, after: 3, effect: { do: 'html' } },
    { match: REQUESTS, after: 6, effect: { do: 'link-host', url: trap } },
    { match: REQUESTS, after: 7, effect: { do: 'redirect', url: trap } },
    { match: REQUESTS, after: 9, effect: { do: 'endpoint-limit', seconds: 1, retryAfter: true } },
    { match: REQUESTS, after: 12, effect: { do: 'not-json' } },
    { match: REQUESTS, after: 15, effect: { do: 'status', status: 502 } },
    { match: REQUESTS, after: 18, effect: { do: 'reset' } },
    { match: REQUESTS, after: 21, effect: { do: 'slow', milliseconds: 300 } },
    { match: REQUESTS, after: 24, effect: { do: 'reset-in-body' } },
    // Without a time it's a minute; git's minute goes by meanwhile.
    { match: APPROVALS, after: 60, effect: { do: 'rate-limit', seconds: 5, headers: 'none' } },
    { match: APPROVALS, after: 120, effect: { do: 'rate-limit', seconds: 1, headers: 'retry-after' } },
    { match: APPROVALS, after: 180, effect: { do: 'status', status: 504 } },
    { match: APPROVALS, after: 240, effect: { do: 'cut', by: 'length' } },
    { match: APPROVALS, after: 300, effect: { do: 'cut', by: 'chunked' } },
    { match: APPROVALS, after: 360, effect: { do: 'html' } },
    { match: APPROVALS, after: 420, effect: { do: 'status', status: 503, headers: { 'retry-after': '1' } } },
    { match: APPROVALS, after: 480, effect: { do: 'redirect', url: trap } },
    { match: NOTES, after: 50, effect: { do: 'endpoint-limit', seconds: 1, retryAfter: true } },
    { match: NOTES, after: 100, effect: { do: 'link-host', url: trap } },
    { match: NOTES, after: 150, effect: { do: 'not-json' } },
    { match: NOTES, after: 200, effect: { do: 'reset' } },
    { match: NOTES, after: 250, effect: { do: 'status', status: 500 } },
    ...gitFaults({ limited: 'Retry later', down: 'Git operations are temporarily unavailable.' }),
  ];
}
