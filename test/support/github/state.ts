import { createHash, randomUUID } from 'node:crypto';
import type { Answer } from '../forge/exchange.ts';
import type { FaultBook } from '../forge/faults.ts';
import { now } from '../forge/limits.ts';
import type { Caller } from './access.ts';
import type { Effect } from './effects.ts';
import type { ActiveLimit, Limits, Resource } from './limits.ts';
import type { Urls } from './rest/context.ts';
import type { World } from './world.ts';

/** What all requests to one server share. */
export interface State {
  world: World;
  limits: Limits;
  faults: FaultBook<Effect>;
  urls: Urls;
}

/** Headers that an answer of the API has whatever it says. */
export function commonHeaders({ world, limits }: State, caller: Caller | null, resource: Resource): Record<string, string> {
  const headers: Record<string, string> = {
    server: 'GitHub.com',
    // Node's own would tell the real time where a test sets the clock.
    date: new Date().toUTCString(),
    'content-type': 'application/json; charset=utf-8',
    'x-github-request-id': randomUUID().slice(0, 18).toUpperCase(),
    'x-github-media-type': resource === 'core' ? 'github.v3; format=json' : 'github.v4; format=json',
    'x-content-type-options': 'nosniff',
  };
  if (world.enterpriseVersion !== null) headers['x-github-enterprise-version'] = world.enterpriseVersion;
  if (resource === 'core') headers['x-github-api-version-selected'] = '2022-11-28';
  if (!caller) return headers;
  const { limit, used, resetAt } = limits.budget(caller.key, resource);
  Object.assign(headers, {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-used': String(used),
    'x-ratelimit-remaining': String(limit - used),
    'x-ratelimit-reset': String(resetAt / 1_000),
    'x-ratelimit-resource': resource,
  });
  if (caller.type !== 'token') return headers;
  const { kind, scopes, expiresAt } = caller.token;
  if (kind === 'personal') Object.assign(headers, { 'x-oauth-scopes': scopes.join(', '), 'x-accepted-oauth-scopes': 'repo' });
  if (kind !== 'installation' && expiresAt !== null) {
    headers['github-authentication-token-expiration'] = `${new Date(expiresAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  }
  return headers;
}

/** Tells a caller of its limit, in the words of GitHub, and remembers that it was told. */
export function limitAnswer(state: State, caller: Caller, resource: Resource, limit: ActiveLimit): Answer {
  const message =
    limit.kind === 'primary'
      ? `API rate limit ${limit.status === 200 ? 'already ' : ''}exceeded for ${caller.key}. If you reach out to GitHub Support for help, please include the request ID.`
      : 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.';
  const page = `https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-${limit.kind}-rate-limits`;
  const body = limit.status === 200 ? { errors: [{ type: limit.type, message }] } : { documentation_url: page, message };
  const headers = commonHeaders(state, caller, resource);
  if (limit.retryAfter) headers['retry-after'] = String(Math.max(1, Math.ceil((limit.until - Date.now()) / 1_000)));
  const sent = () => {
    limit.toldAt ??= now();
  };
  return { status: limit.status, headers, body, sent };
}

/** The page that GitHub's front end gives for a failure behind it. */
export function htmlPage(status: number): Answer {
  const titles: Record<number, string> = { 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Time-out' };
  const title = status === 200 ? 'Sign in to the network' : `${status} ${titles[status] ?? 'Error'}`;
  const body = `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<center><h1>${title}</h1></center>\n<p>Unicorn! &middot; GitHub</p>\n</body>\n</html>\n`;
  return { status, headers: { server: 'GitHub.com', 'content-type': 'text/html; charset=utf-8' }, body };
}

export const badCredentials = (state: State, resource: Resource, message = 'Bad credentials'): Answer => ({
  status: 401,
  headers: commonHeaders(state, null, resource),
  body: { message, documentation_url: 'https://docs.github.com/rest', status: '401' },
});

/** Weak, as GitHub's are, and another one for another token. */
export const etagOf = (body: unknown, authorization: string | undefined): string =>
  `W/"${createHash('sha256')
    .update(JSON.stringify(body) + (authorization ?? ''))
    .digest('hex')}"`;
