import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type MadeWorld, makeWorld, type WorldOptions } from '../../support/github/make-world.ts';
import { type GitHub, type GitHubOptions, startGitHub } from '../../support/github/server.ts';
import { type Circumstances, type Ended, makeSite, type Site } from './org-sync.ts';

/** A GitHub with an organisation `acme`. */
export interface Acme {
  made: MadeWorld;
  server: GitHub;
  /** Settings by which commands find it, with the personal token. */
  access: Record<string, string>;
}

/** Starts a GitHub, which ends with the calling test file. */
export async function startAcme(folder: string, options: Omit<WorldOptions, 'folder'> & GitHubOptions = {}): Promise<Acme> {
  const made = makeWorld({ folder: join(folder, 'world'), ...options });
  const server = await startGitHub(made.world, options);
  afterAll(() => server.close());
  return { made, server, access: { GITHUB_URL: server.apiUrl, GITHUB_TOKEN: made.tokens.personal } };
}

/** Settings by which commands are its App. */
export function asApp({ made: { app }, server }: Acme): Record<string, string> {
  return {
    GITHUB_URL: server.apiUrl,
    GITHUB_APP_ID: String(app.id),
    GITHUB_APP_INSTALLATION_ID: String(app.installations[0]?.id),
    GITHUB_APP_PRIVATE_KEY: app.privateKey,
  };
}

/** A place for syncs of it. */
export interface GitHubSite extends Site {
  /** Runs `org-sync sync github acme`. */
  github(args?: readonly string[], circumstances?: Circumstances): Promise<Ended>;
}

export function makeGitHubSite(folder: string, { made, access }: Acme): GitHubSite {
  const site = makeSite(folder);
  return {
    ...site,
    github: (args = [], { env, ...rest } = {}) => site.run(['sync', 'github', made.owner, ...args], { env: { ...access, ...env }, ...rest }),
  };
}
