import { createVerify } from 'node:crypto';
import type { App, Installation, Repository, Token, World } from './world.ts';
import { fullName } from './world.ts';

/** Who sends a request. */
export type Caller =
  | { type: 'anonymous'; key: string }
  | { type: 'token'; key: string; token: Token; installation?: { app: App; installation: Installation } }
  | { type: 'app'; key: string; app: App };

/** What `Authorization` is worth; a string is the message of a 401. Keys say whose rate limit it is. */
export function authenticate(world: World, authorization: string | undefined): Caller | string {
  if (!authorization) return { type: 'anonymous', key: 'anonymous' };
  const [scheme = '', rest = ''] = authorization.split(/\s+(.*)/s);
  if (/^basic$/i.test(scheme)) {
    const [user = '', password = ''] = Buffer.from(rest, 'base64').toString().split(/:(.*)/s);
    return authenticateToken(world, password === '' || password === 'x-oauth-basic' ? user : password);
  }
  if (!/^(bearer|token)$/i.test(scheme)) return 'Bad credentials';
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(rest) ? authenticateApp(world, rest) : authenticateToken(world, rest);
}

function authenticateToken(world: World, value: string): Caller | string {
  const token = world.tokens.find((candidate) => candidate.value === value);
  if (!token || token.revoked || (token.expiresAt !== null && token.expiresAt <= Date.now())) return 'Bad credentials';
  if (token.kind !== 'installation') return { type: 'token', key: `user:${token.login}`, token };
  for (const app of world.apps) {
    const installation = app.installations.find(({ id }) => id === token.installation);
    if (installation && !installation.suspended) return { type: 'token', key: `installation:${installation.id}`, token, installation: { app, installation } };
  }
  return 'Bad credentials';
}

const part = (text: string): Record<string, unknown> => JSON.parse(Buffer.from(text, 'base64url').toString());

/**
 * A JWT of an App: RS256, `iss` its id, at most ten minutes ahead, `iat` not in the future.
 * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
function authenticateApp(world: World, jwt: string): Caller | string {
  const [head = '', payload = '', signature = ''] = jwt.split('.');
  try {
    const claims = part(payload);
    const app = world.apps.find(({ id }) => String(id) === String(claims['iss']));
    if (part(head)['alg'] !== 'RS256') return 'A JSON web token could not be decoded';
    if (!app) return 'Integration not found';
    const now = Date.now() / 1000;
    const [issued, expires] = [Number(claims['iat']), Number(claims['exp'])];
    if (!(expires > now)) return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
    if (expires > now + 660) return "'Expiration time' claim ('exp') is too far in the future";
    if (!(issued <= now + 60)) return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    const sound = createVerify('RSA-SHA256').update(`${head}.${payload}`).verify(app.publicKey, signature, 'base64url');
    return sound ? { type: 'app', key: `app:${app.id}`, app } : 'A JSON web token could not be decoded';
  } catch {
    return 'A JSON web token could not be decoded';
  }
}

const among = (list: 'all' | number[], repository: Repository) => list === 'all' || list.includes(repository.id);

/** Whether a repository is one of those an installation was given. */
export function isInstalled(installation: Installation, repository: Repository): boolean {
  return repository.owner.toLowerCase() === installation.account.toLowerCase() && among(installation.repositories, repository);
}

/** Whether a repository exists for the caller: what it can't see is answered with 404, not 403. */
export function canSee(caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true;
  if (caller.type !== 'token') return false;
  if (caller.installation) return isInstalled(caller.installation.installation, repository) && among(caller.token.privateRepositories, repository);
  if (caller.token.kind === 'personal' && !caller.token.scopes.includes('repo')) return false;
  return among(caller.token.privateRepositories, repository);
}

/** Whether single sign-on keeps the caller out of an owner's things. */
export function needsSso(caller: Caller, owner: string): boolean {
  return caller.type === 'token' && caller.token.ssoRequired.some((login) => login.toLowerCase() === owner.toLowerCase());
}

export const SSO_MESSAGE = 'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.';

/** All that the caller may read of, in order of their ids. */
export function visible(world: World, caller: Caller): Repository[] {
  return world.repositories.filter((repository) => canSee(caller, repository)).toSorted((a, b) => a.id - b.id);
}

/** `owner/name` in lower case, for comparisons. */
export const key = (repository: Repository): string => fullName(repository).toLowerCase();
