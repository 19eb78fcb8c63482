import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { InvalidInput } from './model/errors.ts';
import type { GitHubConnection } from './providers/github/connection.ts';
import type { GitLabConnection } from './providers/gitlab/connection.ts';

/** Connections to code hosts by name; those that the environment itself sets are called ''. */
export interface Connections {
  github: ReadonlyMap<string, GitHubConnection>;
  gitlab: ReadonlyMap<string, GitLabConnection>;
}

/** Variables that a connection is made from. */
interface Variables {
  ORG_SYNC_CONNECTIONS?: string | undefined;
  GITHUB_TOKEN?: string | undefined;
  GITHUB_URL?: string | undefined;
  GITHUB_APP_ID?: string | undefined;
  GITHUB_APP_PRIVATE_KEY?: string | undefined;
  GITHUB_APP_INSTALLATION_ID?: string | undefined;
  GITLAB_TOKEN?: string | undefined;
  GITLAB_URL?: string | undefined;
}

const GITHUB_API = 'https://api.github.com';
const GITHUB_ADVICE = 'write https://api.github.com, or https://<host>/api/v3 for an Enterprise Server';
const GITLAB = 'https://gitlab.com';
const GITLAB_ADVICE = 'write https://gitlab.com, or https://<host> for a GitLab of your own, with its path where it has one';

const github = z
  .strictObject({
    provider: z.literal('github'),
    url: z.string().optional(),
    token: z.string().optional(),
    app: z.strictObject({ id: z.coerce.string(), privateKey: z.string(), installationId: z.coerce.string() }).optional(),
  })
  .refine(({ token, app }) => (token === undefined) !== (app === undefined), "must have either 'token' or 'app'");

const gitlab = z.strictObject({
  provider: z.literal('gitlab'),
  url: z.string().optional(),
  token: z.string(),
  // Git is told it as a line of text.
  git: z.strictObject({ username: z.string().regex(/^[\x21-\x7e]+$/, 'must be a user name, without spaces and line breaks'), token: z.string() }).optional(),
});

const named = z.record(
  z.string().trim().min(1, 'a connection needs a name'),
  z.discriminatedUnion('provider', [github, gitlab], { error: ({ code }) => (code === 'invalid_union' ? "must be 'github' or 'gitlab'" : undefined) }),
);

/** @param problems gets everything that is wrong, without values that may be secrets. */
export function readConnections(variables: Variables, problems: string[]): Connections {
  const connections = { github: new Map<string, GitHubConnection>(), gitlab: new Map<string, GitLabConnection>() };
  const add = <T>(to: Map<string, T>, name: string, make: () => T | undefined) => {
    try {
      const connection = make();
      if (connection !== undefined) to.set(name, connection);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
    }
  };
  add(connections.github, '', () => fromVariables(variables));
  add(connections.gitlab, '', () => {
    const url = gitLabUrl(variables.GITLAB_URL ?? GITLAB, 'GITLAB_URL');
    return variables.GITLAB_TOKEN === undefined ? undefined : { url, token: variables.GITLAB_TOKEN, variable: 'GITLAB_TOKEN' };
  });
  for (const [name, entry] of namedIn(variables.ORG_SYNC_CONNECTIONS, problems)) {
    const variable = `ORG_SYNC_CONNECTIONS (connection '${name}')`;
    if (entry.provider === 'github') {
      const { url, token, app } = entry;
      add(connections.github, name, () => ({
        url: apiUrl(url ?? GITHUB_API, `${variable}: url`, GITHUB_ADVICE),
        auth: app === undefined ? { kind: 'token', token: token ?? '' } : appAuth(app.id, app.privateKey, app.installationId, variable),
        variable,
      }));
    } else {
      const { url, token, git } = entry;
      add(connections.gitlab, name, () => ({
        url: gitLabUrl(url ?? GITLAB, `${variable}: url`),
        token,
        ...(git && { git: { username: git.username, password: git.token } }),
        variable,
      }));
    }
  }
  return connections;
}

/**
 * The connection to GitHub that a run asks for.
 * @param name As the input names it; undefined for the environment's own.
 * @throws InvalidInput where there is none.
 */
export function gitHubConnection({ github }: Connections, name: string | undefined): GitHubConnection {
  return connectionOf(
    github,
    name,
    'GitHub',
    'GITHUB_TOKEN is not set where the worker runs: set it to a personal access token (make one at https://github.com/settings/tokens), or set GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY and GITHUB_APP_INSTALLATION_ID',
  );
}

/** The same for GitLab. */
export function gitLabConnection({ gitlab }: Connections, name: string | undefined): GitLabConnection {
  return connectionOf(
    gitlab,
    name,
    'GitLab',
    'GITLAB_TOKEN is not set where the worker runs: set it to a personal, group or project access token with the scopes read_api and read_repository (make one at https://gitlab.com/-/user_settings/personal_access_tokens)',
  );
}

function connectionOf<T>(connections: ReadonlyMap<string, T>, name: string | undefined, host: string, unset: string): T {
  const found = connections.get(name ?? '');
  if (found !== undefined) return found;
  if (name === undefined) throw new InvalidInput([unset]);
  const names = [...connections.keys()].filter((known) => known !== '');
  throw new InvalidInput([
    `connection: there is no connection '${name}' to ${host}; ${names.length === 0 ? 'ORG_SYNC_CONNECTIONS names none' : `ORG_SYNC_CONNECTIONS has ${names.join(', ')}`}`,
  ]);
}

function fromVariables(variables: Variables): GitHubConnection | undefined {
  const { GITHUB_TOKEN, GITHUB_URL, GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, GITHUB_APP_INSTALLATION_ID } = variables;
  const url = apiUrl(GITHUB_URL ?? GITHUB_API, 'GITHUB_URL', GITHUB_ADVICE);
  const app = { GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, GITHUB_APP_INSTALLATION_ID };
  const missing = Object.entries(app).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 3) return GITHUB_TOKEN === undefined ? undefined : { url, auth: { kind: 'token', token: GITHUB_TOKEN }, variable: 'GITHUB_TOKEN' };
  if (missing.length > 0) throw new InvalidInput([`${missing.join(' and ')}: not set, while other GITHUB_APP_* variables are; a GitHub App needs all three`]);
  const auth = appAuth(GITHUB_APP_ID ?? '', GITHUB_APP_PRIVATE_KEY ?? '', GITHUB_APP_INSTALLATION_ID ?? '', 'GITHUB_APP_INSTALLATION_ID');
  return { url, auth, variable: 'GITHUB_APP_PRIVATE_KEY' };
}

function appAuth(appId: string, privateKey: string, installation: string, where: string): GitHubConnection['auth'] {
  const installationId = Number(installation);
  if (!Number.isSafeInteger(installationId) || installationId < 1)
    // Where variables are mixed up, it's a secret.
    throw new InvalidInput([`${where}: the installation's id must be a number${installation.length > 20 ? '' : `, not '${installation}'`}`]);
  return { kind: 'app', appId, privateKey, installationId };
}

/** The API is below it, and found by itself. */
function gitLabUrl(text: string, where: string): string {
  const url = apiUrl(text, where, GITLAB_ADVICE);
  if (url.endsWith('/api/v4')) throw new InvalidInput([`${where}: must be without /api/v4; ${GITLAB_ADVICE}`]);
  return url;
}

/** Without a slash at its end. A token goes over plain HTTP to this machine alone. */
function apiUrl(text: string, where: string, advice: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) throw new InvalidInput([`${where}: '${printable(text)}' is no web address; ${advice}`]);
  // A password with a slash in it makes what was meant as a host a path.
  if (url.pathname.includes('@') || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new InvalidInput([`${where}: must be an address alone; ${advice}`]);
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new InvalidInput([`${where}: '${text}' would send the token unencrypted; ${advice}`]);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Without what may be a password: in what is no web address anything may stand before the '@'. */
function printable(url: string): string {
  return url.replace(/^.*@/s, '…@');
}

function namedIn(path: string | undefined, problems: string[]): [string, z.infer<typeof named>[string]][] {
  if (path === undefined) return [];
  const problem = (text: string) => {
    problems.push(`ORG_SYNC_CONNECTIONS: ${path} ${text}`);
    return [];
  };
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // JSON.parse quotes what it stumbles over, which may be a token.
    return problem(error instanceof SyntaxError ? 'is no JSON' : `can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const read = named.safeParse(json);
  if (read.success) return Object.entries(read.data);
  return problem(`isn't as it has to be: ${read.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the whole'}: ${message}`).join('; ')}`);
}
