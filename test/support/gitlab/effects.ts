import type { Fault } from '../forge/faults.ts';
import type { TransportEffect } from '../forge/transport.ts';
import type { World } from './world.ts';

/** Which headers a 429 tells its end with: `RateLimit-*` and `Retry-After`, one of the two, or none. */
export type LimitHeaders = 'all' | 'retry-after' | 'reset' | 'none';

/** What a fault does to the request that it meets. */
export type Effect =
  | TransportEffect
  /** 429 `Retry later` to all that the caller asks for `seconds`; all headers unless told. */
  | { do: 'rate-limit'; seconds: number; headers?: LimitHeaders }
  /** 429 with a message in JSON to all requests of the caller for the same route. Until GitLab 18.5 it had no `Retry-After`. */
  | { do: 'endpoint-limit'; seconds: number; retryAfter?: boolean }
  /** GitLab's page for a failure, or a body of one's own. */
  | { do: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** Status 200, content type HTML (a sign-in page) or JSON (that isn't any). */
  | { do: 'html' }
  | { do: 'not-json' }
  /** 401; with `revoke` the token stays worthless. */
  | { do: 'unauthorized'; revoke?: boolean }
  /** 302 to the same path on this host: a trap. */
  | { do: 'redirect'; url: string }
  /** Link headers name this host: a trap. */
  | { do: 'link-host'; url: string }
  /** Something happens on GitLab after this answer, say between two pages. */
  | { do: 'change'; change: (world: World) => void }
  /** The rows of an offset page are others than the page before made one expect: down by as many as were added (it begins with the end of the one before), up by as many as were removed (some are never seen) where negative. */
  | { do: 'slide'; rows: number }
  /** git: refused with a message, which git shows as `remote: …`. */
  | { do: 'git-error'; status: number; message: string };

export type GitLabFault = Fault<Effect>;
