import { z } from 'zod';
import { InvalidInput } from '../../model/errors.ts';
import { checkApiUrl } from '../hosted/api-url.ts';
import type { Variables } from '../hosted/provider.ts';
import { optionalVariable } from '../provider.ts';
import type { GitLabConnection } from './connection.ts';

const DEFAULT_URL = 'https://gitlab.com';
const URL_ADVICE = 'write https://gitlab.com, or https://<host> for a GitLab of your own, with its path where it has one';

export const gitLabEnvironment = { GITLAB_TOKEN: optionalVariable, GITLAB_URL: optionalVariable };

/** An entry of ORG_SYNC_CONNECTIONS. */
export const gitLabEntry = z.strictObject({
  provider: z.literal('gitlab'),
  url: z.string().optional(),
  token: z.string(),
  // Git reads it as a line of text.
  git: z.strictObject({ username: z.string().regex(/^[\x21-\x7e]+$/, 'must be a user name, without spaces and line breaks'), token: z.string() }).optional(),
});

/** @throws InvalidInput */
export function gitLabConnectionFromEnvironment({ GITLAB_TOKEN, GITLAB_URL }: Variables<typeof gitLabEnvironment>): GitLabConnection | undefined {
  const url = checkUrl(GITLAB_URL, 'GITLAB_URL');
  return GITLAB_TOKEN === undefined ? undefined : { url, token: GITLAB_TOKEN, variable: 'GITLAB_TOKEN' };
}

/** @throws InvalidInput */
export function gitLabConnectionFromEntry({ url, token, git }: z.infer<typeof gitLabEntry>, where: string): GitLabConnection {
  return {
    url: checkUrl(url, `${where}: url`),
    token,
    ...(git && { git: { username: git.username, password: git.token } }),
    variable: where,
  };
}

/** The address of the web pages: the API's is derived from it. */
function checkUrl(text: string | undefined, where: string): string {
  const url = checkApiUrl(text ?? DEFAULT_URL, where, URL_ADVICE);
  if (url.endsWith('/api/v4')) throw new InvalidInput([`${where}: must be without /api/v4; ${URL_ADVICE}`]);
  return url;
}
