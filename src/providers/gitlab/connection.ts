import { FatalError } from '../../model/errors.ts';
import type { Credentials } from '../hosted/credentials.ts';
import { parseRemote, type RemoteName } from '../identity.ts';

/** Where a GitLab is and what it's asked with. */
export interface GitLabConnection {
  /** Address of its web pages without a slash at its end; may have a path: 'https://gitlab.com', 'https://example.com/gitlab'. */
  url: string;
  /** Personal, group, project or OAuth access token, or a CI job's. */
  token: string;
  /** What git clones with in place of the token: a deploy token and its user name. */
  git?: Credentials;
  /** Variable that the token comes from, for messages: 'GITLAB_TOKEN'. */
  variable: string;
}

/** CI job tokens, by GitLab's prefix. @see https://docs.gitlab.com/security/tokens/#token-prefixes */
const JOB = /^glcbt-/;
const DEPLOY = /^gldt-/;

/**
 * Header that carries the token to the API. Personal, group and project access tokens are taken like OAuth's.
 * @see https://docs.gitlab.com/api/rest/authentication/
 */
export function tokenHeader(token: string): Record<string, string> {
  return JOB.test(token) ? { 'job-token': token } : { authorization: `Bearer ${token}` };
}

/**
 * User name and password for git over HTTP. Access tokens take any user name, OAuth's just this one.
 * @see https://docs.gitlab.com/topics/git/clone/#clone-using-a-token
 * @see https://docs.gitlab.com/ci/jobs/ci_job_token/#to-git-clone-a-private-projects-repository
 */
export function gitCredentials({ token, git }: GitLabConnection): Credentials {
  return git ?? { username: JOB.test(token) ? 'gitlab-ci-token' : 'oauth2', password: token };
}

/**
 * Checks that the token is one for the API.
 * @throws FatalError for a deploy token, which can only clone.
 * @see https://docs.gitlab.com/user/project/deploy_tokens/
 */
export function checkApiToken({ token, variable }: GitLabConnection): void {
  if (!DEPLOY.test(token)) return;
  throw new FatalError(
    `${variable} is a deploy token, which can clone but not ask the API for projects and merge requests: set it to an access token with scope read_api, and name the deploy token under 'git' in ORG_SYNC_CONNECTIONS.`,
  );
}

/** An instance's host, with its path where it lies below one. */
export function hostOf(url: string): string {
  const { host, name } = remoteOf(url, 'any');
  return [host, ...name.split('/').slice(0, -1)].join('/');
}

/** Host and full name that a clone of a project knows it by; below a sub-path that's part of the name. */
export function remoteOf(url: string, fullPath: string): RemoteName {
  return parseRemote(`${url}/${fullPath}.git`) ?? { host: new URL(url).host, name: fullPath };
}
