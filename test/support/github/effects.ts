import type { Fault } from '../forge/faults.ts';
import type { TransportEffect } from '../forge/transport.ts';
import type { World } from './world.ts';

/** What a fault does to the request that it meets. */
export type Effect =
  | TransportEffect
  /** The primary limit is used up until `seconds` from now. 200 is GraphQL's error and its default, of type `RATE_LIMITED` unless told; REST's is 403. */
  | { do: 'primary-limit'; seconds: number; status?: 200 | 403 | 429; type?: 'RATE_LIMITED' | 'RATE_LIMIT' }
  /** For `seconds`; told with `retry-after` unless it is false. 200 only over GraphQL. 403 unless told. */
  | { do: 'secondary-limit'; seconds: number; status?: 200 | 403 | 429; retryAfter?: boolean }
  /** GitHub's page for a failure. Over GraphQL it costs points all the same. */
  | { do: 'status'; status: number; body?: string; headers?: Record<string, string> }
  /** GraphQL: status 200, half of the outer rows null, each with an error of type `RESOURCE_LIMITS_EXCEEDED`. */
  | { do: 'resource-limits' }
  /**
   * GraphQL: GitHub can't answer for a pull request. Whatever asks for more than its number and standing fails: with a
   * status, or with status 200, null in its place and an error beside the data.
   */
  | { do: 'broken-pull'; number: number; as: 'partial' | 500 | 502 }
  /** GraphQL: status 200 and an error in place of the data. */
  | { do: 'graphql-error'; type?: string; message: string; locations?: { line: number; column: number }[] }
  /** Status 200, content type HTML (a captive portal) or JSON (that isn't any). */
  | { do: 'html' }
  | { do: 'not-json' }
  /** 401; with `revoke` the token stays worthless. */
  | { do: 'unauthorized'; revoke?: boolean }
  /** Link headers name this host: a trap. */
  | { do: 'link-host'; url: string }
  /** Something happens on GitHub after this answer, say between two pages. */
  | { do: 'change'; change: (world: World) => void }
  /** The rows of a REST page slide down by as many as were added before them: the page begins with the end of the one before. */
  | { do: 'slide'; rows: number }
  /** git: refused with a message, which git shows as `remote: …`. */
  | { do: 'git-error'; status: number; message: string };

export type GitHubFault = Fault<Effect>;
