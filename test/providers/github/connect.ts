import { BOUNDS } from '../../../src/http/service.ts';
import { type GitHub as GitHubClient, openGitHub } from '../../../src/providers/github/api.ts';
import type { GitHub } from '../../support/github/server.ts';

/** A client of the tests' GitHub. */
export function connect(github: GitHub, token: string, bounds = BOUNDS): GitHubClient {
  return openGitHub({ url: github.apiUrl, auth: { kind: 'token', token }, variable: 'GITHUB_TOKEN' }, { bounds });
}
