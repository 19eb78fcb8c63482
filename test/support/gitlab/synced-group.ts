import { join } from 'node:path';
import type { GitLabConnection } from '../../../src/providers/gitlab/connection.ts';
import { gitLabSource } from '../../../src/providers/gitlab/source.ts';
import type { CloneResources } from '../../../src/providers/hosted/prepare.ts';
import { forThisFile } from '../for-this-file.ts';
import { type Synced, synced } from '../forge/synced.ts';
import { type GitLabWorldOptions, type MadeGitLabWorld, makeGitLabWorld } from './make-world.ts';
import { type GitLab, startGitLab } from './server.ts';
import type { RateLimitOptions } from './throttle.ts';

/** A GitLab that has a group with projects of every kind; the token is the personal one. */
export interface SyncedGroup extends MadeGitLabWorld, Synced<GitLab, GitLabConnection> {}

interface GroupOptions extends Omit<GitLabWorldOptions, 'folder'> {
  /** Where the instance is below its host; at its root unless told. */
  path?: string;
  /** None unless told. */
  rateLimit?: RateLimitOptions;
}

/**
 * Starts one.
 * @param parent Where all of its folders are made.
 */
export async function startGroup(parent: string, { path = '', rateLimit, ...options }: GroupOptions = {}): Promise<SyncedGroup> {
  const made = makeGitLabWorld({ folder: join(parent, 'world'), ...options });
  const server = await startGitLab(made.world, { path, ...(rateLimit && { rateLimit }) });
  const token = made.tokens.personal;
  const connection: GitLabConnection = { url: server.url, token, variable: 'GITLAB_TOKEN' };
  const sourcesWith = (asked: GitLabConnection, clones: CloneResources) => ({ gitlab: gitLabSource(() => asked, clones) });
  return { ...made, ...synced({ parent, server, token, connection, sourcesWith }) };
}

/** Starts one for the calling test file; it ends when that has run. */
export const groupOf = (parent: string, options: GroupOptions): (() => SyncedGroup) => forThisFile(() => startGroup(parent, options));
