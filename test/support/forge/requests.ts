import type { RequestRecord } from './exchange.ts';

/** How many requests there were of each kind: git's, REST's paths, GraphQL's operations. @param nameOf What to count a path of REST as. */
export function requestCounts(requests: readonly RequestRecord[], nameOf = (path: string) => path): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, method, path, operation } of requests) {
    const name = kind === 'graphql' ? (operation ?? 'graphql') : kind === 'rest' ? `${method} ${nameOf(path)}` : kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * How long an answer may be on its way: what was sent before the sender could have read of a limit was in flight. Server
 * and client share a process here, so it's for the batches that are worked on in between, and counts just while that is
 * awake.
 */
const IN_FLIGHT_MS = 500;

/** Requests that were sent although their sender knew of a limit. */
export function sentWhileLimited(requests: readonly RequestRecord[]): RequestRecord[] {
  return requests.filter(({ whileLimited, limitedFor = 0 }) => whileLimited && limitedFor > IN_FLIGHT_MS);
}

/** A path of GitLab's API without the numbers of projects and merge requests. */
export const withoutNumbers = (path: string): string => path.replaceAll(/\/\d+(?=\/|$)/g, '/:id');
