import { join } from 'node:path';
import type { GitHubConnection } from '../../../src/providers/github/connection.ts';
import { gitHubSource } from '../../../src/providers/github/source.ts';
import type { CloneResources } from '../../../src/providers/hosted/prepare.ts';
import { forThisFile } from '../for-this-file.ts';
import { type Synced, synced } from '../forge/synced.ts';
import { type MadeWorld, makeWorld, type WorldOptions } from './make-world.ts';
import { type GitHub, startGitHub } from './server.ts';

/** A GitHub that has one owner with repositories of every kind; the token is the personal one. */
export interface Organisation extends MadeWorld, Synced<GitHub, GitHubConnection> {}

/**
 * Starts one.
 * @param parent Where all of its folders are made.
 */
export async function startOrganisation(parent: string, options: Omit<WorldOptions, 'folder'> = {}): Promise<Organisation> {
  const made = makeWorld({ folder: join(parent, 'world'), ...options });
  const server = await startGitHub(made.world);
  const token = made.tokens.personal;
  const connection: GitHubConnection = { url: server.apiUrl, auth: { kind: 'token', token }, variable: 'GITHUB_TOKEN' };
  const sourcesWith = (asked: GitHubConnection, clones: CloneResources) => ({ github: gitHubSource(() => asked, clones) });
  return { ...made, ...synced({ parent, server, token, connection, sourcesWith }) };
}

/** Starts one for the calling test file; it ends when that has run. */
export const organisationOf = (parent: string, options: Omit<WorldOptions, 'folder'>): (() => Organisation) =>
  forThisFile(() => startOrganisation(parent, options));
