import type { Answer } from '../../forge/exchange.ts';
import { Refusal } from '../../forge/refusal.ts';
import { type Caller, canSee, needsSso, SSO_MESSAGE } from '../access.ts';
import { findRepository, type Repository, type World } from '../world.ts';

/** Where the server answers, without slashes at the end. */
export interface Urls {
  api: string;
  web: string;
}

/** What a handler of a REST route gets. */
export interface RestContext {
  world: World;
  caller: Caller;
  urls: Urls;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
  /** Path as GitHub writes it in Link headers: with numbers for names. */
  linkPath: string;
  /** Host for Link headers, where a fault wants another one. */
  linkUrl: string;
  /** Rows that were added before this page since the last one. */
  slide: number;
}

export type Handler = (context: RestContext) => Answer;

const DOCUMENTATION = 'https://docs.github.com/enterprise-server@3.19/rest';

/** An error as GitHub words it. */
export function refuse(status: number, message: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Refusal {
  return new Refusal({ status, headers, body: { message, ...more, documentation_url: DOCUMENTATION, status: String(status) } });
}

export const notFound = (): Refusal => refuse(404, 'Not Found');

/** Single sign-on of an organisation. @see https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api */
export function checkSso({ caller, urls }: RestContext, owner: string): void {
  if (!needsSso(caller, owner)) return;
  const url = `${urls.web}/orgs/${owner}/sso?authorization_request=AAAA`;
  throw refuse(403, SSO_MESSAGE, {}, { 'x-github-sso': `required; url=${url}` });
}

/** The repository that a path names, if it may be read as it is. */
export function repositoryOf(context: RestContext): Repository {
  const { world, caller, params, urls } = context;
  const found = findRepository(world, params['owner'] ?? '', params['repo'] ?? '');
  if (!found || !canSee(caller, found.repository)) throw notFound();
  checkSso(context, found.repository.owner);
  if (found.moved) {
    const query = context.query.size > 0 ? `?${context.query}` : '';
    const url = `${urls.api}${context.linkPath}${query}`;
    throw new Refusal({ status: 301, headers: { location: url }, body: { message: 'Moved Permanently', url, documentation_url: DOCUMENTATION } });
  }
  const { disabled } = found.repository;
  if (disabled) {
    const html = disabled === 'dmca' ? 'https://github.com/github/dmca/blob/master/2024/01/2024-01-02-example.md' : 'https://github.com/tos';
    const block = { reason: disabled, created_at: '2024-01-02T03:04:05Z', html_url: html };
    throw new Refusal({ status: disabled === 'dmca' ? 451 : 403, body: { message: 'Repository access blocked', block } });
  }
  return found.repository;
}
