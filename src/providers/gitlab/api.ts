import { Groups, MergeRequestApprovals, MergeRequestNotes, MergeRequests, Projects, Users } from '@gitbeaker/rest';
import { gateOf } from '../../http/gate.ts';
import { checkToken } from '../../http/secret.ts';
import { BOUNDS, type Bounds, type Service } from '../../http/service.ts';
import type { Credentials } from '../hosted/credentials.ts';
import { checkApiToken, type GitLabConnection, gitCredentials, hostOf } from './connection.ts';
import { requesterOf } from './requester.ts';

export type { GitLabConnection };

/**
 * One GitLab, asked with one connection; every call is one HTTP request, which is retried after a transient failure, or
 * none while a rate limit applies. Calls throw FatalError (HostRefusal with the status, if GitLab answered), RetryableError,
 * RateLimited, or the reason of their signal; none of these holds a token.
 */
export interface GitLab {
  /**
   * Host of web pages and clones: 'gitlab.com' (with a port where the URL has an unusual one), and the path of an instance
   * below one: others on that host have ids and names of their own.
   */
  readonly host: string;
  /** Where its projects' pages and clones are, without a slash at its end. */
  readonly url: string;
  /** What git clones with. */
  credentials(): Credentials;
  /** Parts of the REST API as gitbeaker types them, whose calls end with a signal. */
  rest(signal: AbortSignal): GitLabRest;
}

export interface GitLabRest {
  groups: Groups<false>;
  users: Users<false>;
  projects: Projects<false>;
  mergeRequests: MergeRequests<false>;
  approvals: MergeRequestApprovals<false>;
  notes: MergeRequestNotes<false>;
}

/**
 * @param deps.bounds Of each request; {@link BOUNDS} unless told.
 * @throws FatalError if the token is invalid.
 */
export function openGitLab(connection: GitLabConnection, { bounds = BOUNDS }: { bounds?: Bounds } = {}): GitLab {
  const { url, token, variable } = connection;
  checkToken(token, variable);
  checkApiToken(connection);
  const credentials = gitCredentials(connection);
  checkToken(credentials.password, variable);
  const service: Service = {
    name: 'GitLab',
    url,
    urlVariable: 'GITLAB_URL',
    urlAdvice: "it has to be the address of GitLab's pages, https://gitlab.com or https://<host>, with its path where it has one.",
  };
  const gate = gateOf(url, token);
  return {
    host: hostOf(url),
    url,
    credentials: () => credentials,
    rest(signal) {
      // Disables gitbeaker's own rate limits, which would wait within a call, and its timeout, as each exchange has one.
      const options = { host: url, token: '', requesterFn: requesterOf({ service, connection, gate, bounds, signal }), rateLimits: {}, queryTimeout: null };
      return {
        groups: new Groups(options),
        users: new Users(options),
        projects: new Projects(options),
        mergeRequests: new MergeRequests(options),
        approvals: new MergeRequestApprovals(options),
        notes: new MergeRequestNotes(options),
      };
    },
  };
}
