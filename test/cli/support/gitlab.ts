import { join } from 'node:path';
import { afterAll } from 'vitest';
import { gitLabSource } from '../../../src/providers/gitlab/source.ts';
import type { Sources } from '../../../src/providers/index.ts';
import { CLONES } from '../../support/forge/synced.ts';
import { type GitLabWorldOptions, type MadeGitLabWorld, makeGitLabWorld } from '../../support/gitlab/make-world.ts';
import { type GitLab, type GitLabOptions, startGitLab } from '../../support/gitlab/server.ts';
import type { Forge } from './forge.ts';

/** A GitLab with a group `acme` and subgroups. */
export interface Lab extends Forge {
  made: MadeGitLabWorld;
  server: GitLab & Forge['server'];
}

/** Starts a GitLab, which ends with the calling test file. */
export async function startLab(folder: string, options: Omit<GitLabWorldOptions, 'folder'> & GitLabOptions = {}): Promise<Lab> {
  const made = makeGitLabWorld({ folder: join(folder, 'world'), ...options });
  const server = await startGitLab(made.world, options);
  afterAll(() => server.close());
  return {
    provider: 'gitlab',
    owner: made.group,
    access: { GITLAB_URL: server.url, GITLAB_TOKEN: made.tokens.personal },
    secrets: () => made.world.tokens.map(({ value }) => value),
    made,
    server: { ...server, webUrl: server.url },
  };
}

/** By which a worker reads it. */
export function sourcesOf({ access, server }: Lab): Partial<Sources> {
  return { gitlab: gitLabSource(() => ({ url: server.url, token: String(access['GITLAB_TOKEN']), variable: 'GITLAB_TOKEN' }), CLONES) };
}
