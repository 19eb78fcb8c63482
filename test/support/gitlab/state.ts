import { randomUUID } from 'node:crypto';
import type { Answer } from '../forge/exchange.ts';
import type { FaultBook } from '../forge/faults.ts';
import { now } from '../forge/limits.ts';
import type { Caller, Rejection } from './access.ts';
import type { Effect } from './effects.ts';
import type { ActiveLimit, Throttle } from './throttle.ts';
import type { World } from './world.ts';

/** Where the server answers, without slashes at the end. */
export interface Urls {
  /** `http://127.0.0.1:PORT`, with the path of the instance if it has one. */
  web: string;
  api: string;
}

/** What all requests to one server share. */
export interface State {
  world: World;
  throttle: Throttle;
  faults: FaultBook<Effect>;
  urls: Urls;
}

export const JSON_TYPE = { 'content-type': 'application/json' };

/** Headers that an answer of the API has whatever it says. */
export function commonHeaders({ throttle }: State, caller: Caller | null): Record<string, string> {
  return {
    server: 'nginx',
    date: new Date().toUTCString(),
    ...JSON_TYPE,
    'cache-control': 'max-age=0, private, must-revalidate',
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'x-gitlab-meta': '{"correlation_id":"01H","version":"1"}',
    'x-request-id': randomUUID(),
    'x-runtime': '0.04',
    ...(caller && throttle.headers(caller.key)),
  };
}

/**
 * Tells a caller of its limit, and remembers that it was told. The whole instance's comes as text, a route's as JSON.
 * @see https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/
 */
export function limitAnswer(state: State, caller: Caller, limit: ActiveLimit): Answer {
  const { headers: told, until, route } = limit;
  const retryAfter = { 'retry-after': String(Math.max(1, Math.ceil((until - Date.now()) / 1_000))) };
  const headers = {
    'content-type': route === null ? 'text/plain' : 'application/json',
    ...((told === 'all' || told === 'reset') && state.throttle.headersOf(caller.key, limit)),
    ...((told === 'all' || told === 'retry-after') && retryAfter),
  };
  const body = route === null ? 'Retry later\n' : { message: { error: 'This endpoint has been requested too many times. Try again later.' } };
  const sent = () => {
    limit.toldAt ??= now();
  };
  return { status: 429, headers, body, sent };
}

/** The page that GitLab's front end gives: for a failure behind it, or with status 200 to sign in. */
export function htmlPage(status: number): Answer {
  const titles: Record<number, string> = {
    200: 'Sign in',
    404: 'The page could not be found',
    500: "We're sorry. Something went wrong on our end.",
    502: 'Whoops, GitLab is taking too much time to respond.',
    503: 'GitLab is not responding',
    504: 'Gateway Time-out',
  };
  const title = titles[status] ?? `Error ${status}`;
  const body = `<!DOCTYPE html>\n<html>\n<head><title>${title} (${status}) · GitLab</title></head>\n<body><h1>${status}</h1><h3>${title}</h3></body>\n</html>\n`;
  return { status, headers: { server: 'nginx', 'content-type': 'text/html; charset=utf-8' }, body };
}

/** @see https://docs.gitlab.com/api/rest/troubleshooting/#status-codes */
export function unauthorized(state: State, why: Rejection): Answer {
  const headers = commonHeaders(state, null);
  if (why === 'unknown') return { status: 401, headers, body: { message: '401 Unauthorized' } };
  const description =
    why === 'expired' ? 'Token is expired. You can either do re-authorization or token refresh.' : 'Token was revoked. You have to re-authorize from the user.';
  const challenge = `Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="${description}"`;
  return { status: 401, headers: { ...headers, 'www-authenticate': challenge }, body: { error: 'invalid_token', error_description: description } };
}
