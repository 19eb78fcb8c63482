import { BadToken, HostRefusal } from '../../http/errors.ts';
import { isVerified } from '../../http/known-hosts.ts';
import { withoutSecret } from '../../http/secret.ts';
import { addressAdvice, type JsonResponse, serviceFailure, unexpectedResponse } from '../../http/send-request.ts';
import type { Service } from '../../http/service.ts';
import { clip } from '../../model/clip.ts';
import type { FatalError, RetryableError } from '../../model/errors.ts';
import type { GitLabConnection } from './connection.ts';

/**
 * Maps a 4xx or 5xx status that is not a rate limit to an error.
 * @param url As asked, before any redirect.
 * @see https://docs.gitlab.com/api/rest/troubleshooting/
 */
export function gitLabFailure(answer: JsonResponse, service: Service, { token, variable }: GitLabConnection, url: string): FatalError | RetryableError {
  const { status } = answer;
  const said = clip(withoutSecret(messageOf(answer.json), token), 300);
  const what = `GitLab answered GET ${new URL(url).pathname} with ${status}${said && ` (${said})`}`;
  if (status >= 500 || status === 408) return serviceFailure(answer, what);
  // GitLab's own 404 is JSON.
  if (status === 404 && answer.json === undefined && !isVerified(service.url)) return unexpectedResponse(answer, service, 'status 404 and no JSON');
  if (status === 401) {
    return new BadToken(
      `${variable} is not accepted (401) by ${service.url}${said && ` (${said})`}: it may have expired or been revoked; make a new one with scope read_api. A CI job's token can't ask for groups and merge requests.`,
    );
  }
  return new HostRefusal(`${what}. ${adviceOf(status, variable)}${addressAdvice(service)}`, status);
}

function adviceOf(status: number, variable: string): string {
  switch (status) {
    case 403:
      return `Give the token in ${variable} the scopes read_api and read_repository, and its user at least the role Reporter, or leave it out.`;
    case 404:
      return `It doesn't exist, or the token in ${variable} mayn't see it: check the name and the permissions.`;
    default:
      return "The request isn't one that it takes; is this GitLab too old?";
  }
}

/**
 * The message in an error response from GitLab: `message` (a text, or texts by field) or `error`, with
 * `error_description` from its OAuth part; '' where it says nothing.
 * @see https://docs.gitlab.com/api/rest/troubleshooting/#status-code-400
 */
function messageOf(json: unknown): string {
  if (typeof json !== 'object' || json === null) return '';
  const { message, error, error_description } = json as Record<string, unknown>;
  const said = [error_description, message, error].find((each) => each !== undefined && each !== null) ?? '';
  return typeof said === 'string' ? said : JSON.stringify(said);
}
