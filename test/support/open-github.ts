import { BOUNDS, type Bounds } from '../../src/http/service.ts';
import { type GitHub, openGitHub } from '../../src/providers/github/api.ts';
import type { MadeWorld } from './github/make-world.ts';
import type { GitHub as FakeGitHub } from './github/server.ts';

/** As somebody with a personal token. */
export function openAs(server: FakeGitHub, token: string, bounds: Bounds = BOUNDS): GitHub {
  return openGitHub({ url: server.apiUrl, auth: { kind: 'token', token }, variable: 'GITHUB_TOKEN' }, { bounds });
}

/** As the App of a made world, unless told something else of it. */
export function openAsApp(server: FakeGitHub, { app }: MadeWorld, more: { privateKey?: string; installationId?: number } = {}): GitHub {
  const { privateKey = app.privateKey, installationId = app.installations[0]?.id ?? 0 } = more;
  return openGitHub({ url: server.apiUrl, auth: { kind: 'app', appId: String(app.id), privateKey, installationId }, variable: 'GITHUB_APP_PRIVATE_KEY' });
}

/** A small query. */
export const askGraphql = (github: GitHub, login = 'acme') =>
  github.graphql<unknown>('query Owner($login: String!) { organization(login: $login) { login } }', { login }, AbortSignal.timeout(30_000));
