import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import type { GitLabConnection } from '../../../src/sources/gitlab/connection.ts';
import { gitLabSource } from '../../../src/sources/gitlab/source.ts';
import { startTestWorker, type TestWorker } from '../worker.ts';
import { type GitLabWorldOptions, type MadeGitLabWorld, makeGitLabWorld } from './make-world.ts';
import { type GitLab, startGitLab } from './server.ts';
import type { RateLimitOptions } from './throttle.ts';

/** A GitLab that has a group with projects of every kind, and workers that sync it. */
export interface SyncedGroup extends MadeGitLabWorld, AsyncDisposable {
  server: GitLab;
  token: string;
  /** With the personal token. */
  connection: GitLabConnection;
  /** A new folder for a database and clones. */
  folder(name: string): string;
  /** A worker in this process with the database in a folder. */
  work(folder: string, connection?: GitLabConnection): Promise<TestWorker>;
}

/** More than the clones of any test take. */
const CACHE_BYTES = 1e9;

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
  return {
    ...made,
    server,
    token,
    connection,
    folder: (name) => {
      const folder = join(parent, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    [Symbol.asyncDispose]: server.close,
    work: (folder, asked = connection) => startTestWorker(folder, { sources: { gitlab: gitLabSource(() => asked, CACHE_BYTES) } }),
  };
}

/** Starts one for the calling test file; it ends when that has run. */
export function groupOf(parent: string, options: GroupOptions): () => SyncedGroup {
  let group: SyncedGroup | undefined;
  beforeAll(async () => {
    group = await startGroup(parent, options);
    return () => group?.[Symbol.asyncDispose]();
  });
  return () => group as SyncedGroup;
}
