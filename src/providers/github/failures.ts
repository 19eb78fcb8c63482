import { BadToken, HostRefusal, TooMuch } from '../../http/errors.ts';
import { isVerified } from '../../http/known-hosts.ts';
import { withoutSecret } from '../../http/secret.ts';
import { addressAdvice, type JsonResponse, serviceFailure, unexpectedResponse } from '../../http/send-request.ts';
import type { Service } from '../../http/service.ts';
import { clip } from '../../model/clip.ts';
import type { FatalError, RetryableError } from '../../model/errors.ts';
import { messageOf } from './body.ts';
import type { GitHubConnection } from './connection.ts';
import { GraphqlUnavailable } from './errors.ts';
import type { Lane } from './limits.ts';

/** What a failure's message is made from besides the response. */
export interface Asked {
  service: Service;
  method: string;
  /** As asked, before any redirect. */
  url: string;
  lane: Lane;
  /** The token that was sent; servers may echo it. */
  token: string;
  connection: GitHubConnection;
}

/**
 * Maps a 4xx or 5xx status that is not a rate limit to an error.
 * @see https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function gitHubFailure(answer: JsonResponse, asked: Asked): FatalError | RetryableError {
  const { status, headers } = answer;
  const { service, method, url, lane, connection } = asked;
  const { auth, variable } = connection;
  const { pathname } = new URL(url);
  const said = clip(withoutSecret(messageOf(answer.json), asked.token), 300);
  const what = `${service.name} answered ${method} ${pathname} with ${status}${said && ` (${said})`}`;
  if (status >= 500 || status === 408) {
    // GraphQL queries are cut off after ten seconds by GitHub's front end.
    if (lane === 'graphql' && (status === 502 || status === 504)) return new TooMuch(`${what}: the query took it too long.`);
    return serviceFailure(answer, what);
  }
  // GitHub's own 404 is JSON. Only its GraphQL may be missing.
  if (status === 404 && answer.json === undefined && lane !== 'graphql' && !isVerified(service.url))
    return unexpectedResponse(answer, service, 'status 404 and no JSON');
  if (auth.kind === 'app' && (lane === 'app' || status === 401)) {
    const advice = `Check GITHUB_APP_ID (${auth.appId}), GITHUB_APP_INSTALLATION_ID (${auth.installationId}) and the key in ${variable}: they have to be of one GitHub App, which is installed and not suspended.`;
    return status === 401 ? new BadToken(`${what}. ${advice}`) : new HostRefusal(`${what}. ${advice}`, status);
  }
  if (status === 401) {
    return new BadToken(`${variable} is not accepted (401) by ${service.url}${said && ` (${said})`}: it may have expired or been revoked; make a new one.`);
  }
  const sso = headers.get('x-github-sso');
  if (status === 403 && sso !== null) {
    return new HostRefusal(`${what}: ${variable} isn't authorized for the organization's single sign-on. Authorize it${ssoPage(sso)}.`, status);
  }
  const advice = `${adviceOf(status, connection)}${addressAdvice(service)}`;
  if (lane === 'graphql' && [403, 404, 405, 410].includes(status)) return new GraphqlUnavailable(`${what}: GraphQL can't be used there. ${advice}`, status);
  return new HostRefusal(`${what}. ${advice}`, status);
}

function adviceOf(status: number, { auth, variable }: GitHubConnection): string {
  const who = auth.kind === 'app' ? "the App's installation" : `the token in ${variable}`;
  switch (status) {
    case 403:
      return `Give ${who} the permission to read it${auth.kind === 'token' ? ' (a classic one: scopes repo and read:org)' : ''}, or leave it out.`;
    case 404:
      return `It doesn't exist, or ${who} mayn't see it: check the name and the permissions.`;
    case 410:
      return 'It is gone, or switched off for this repository.';
    case 451:
      return 'It is blocked for legal reasons; leave it out.';
    default:
      return "The request isn't one that it takes; is this GitHub too old?";
  }
}

/** The page for it, without its query, which would let anyone who has it authorize the token. */
function ssoPage(header: string): string {
  const page = URL.parse(/url=(\S+)/.exec(header)?.[1] ?? '');
  return page ? ` for ${page.origin}${page.pathname}, in your token's settings under "Configure SSO"` : ` in your token's settings under "Configure SSO"`;
}
