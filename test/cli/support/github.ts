import { join } from 'node:path';
import { afterAll } from 'vitest';
import { gitHubSource } from '../../../src/providers/github/source.ts';
import type { Sources } from '../../../src/providers/index.ts';
import { CLONES } from '../../support/forge/synced.ts';
import { type MadeWorld, makeWorld, type WorldOptions } from '../../support/github/make-world.ts';
import { type GitHub, type GitHubOptions, startGitHub } from '../../support/github/server.ts';
import type { Forge } from './forge.ts';

/** A GitHub with an organisation `acme`. */
export interface Acme extends Forge {
  made: MadeWorld;
  server: GitHub;
}

/** Starts a GitHub, which ends with the calling test file. */
export async function startAcme(folder: string, options: Omit<WorldOptions, 'folder'> & GitHubOptions = {}): Promise<Acme> {
  const made = makeWorld({ folder: join(folder, 'world'), ...options });
  const server = await startGitHub(made.world, options);
  afterAll(() => server.close());
  return {
    provider: 'github',
    owner: made.owner,
    access: { GITHUB_URL: server.apiUrl, GITHUB_TOKEN: made.tokens.personal },
    secrets: () => made.world.tokens.map(({ value }) => value),
    made,
    server,
  };
}

/** By which a worker reads it. */
export function sourcesOf({ access, server }: Acme): Partial<Sources> {
  const auth = { kind: 'token', token: String(access['GITHUB_TOKEN']) } as const;
  return { github: gitHubSource(() => ({ url: server.apiUrl, auth, variable: 'GITHUB_TOKEN' }), CLONES) };
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
