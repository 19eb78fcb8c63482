import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import type { GitHubConnection } from '../../../src/sources/github/connection.ts';
import { gitHubSource } from '../../../src/sources/github/source.ts';
import { startTestWorker, type TestWorker } from '../worker.ts';
import { type MadeWorld, makeWorld, type WorldOptions } from './make-world.ts';
import { type GitHub, startGitHub } from './server.ts';

/** A GitHub that has one owner with repositories of every kind, and workers that sync it. */
export interface Organisation extends MadeWorld, AsyncDisposable {
  server: GitHub;
  token: string;
  /** With the personal token. */
  connection: GitHubConnection;
  /** A new folder for a database and clones. */
  folder(name: string): string;
  /** A worker in this process with the database in a folder. */
  work(folder: string, connection?: GitHubConnection): Promise<TestWorker>;
}

/** More than the clones of any test take. */
const CACHE_BYTES = 1e9;

/**
 * Starts one.
 * @param parent Where all of its folders are made.
 */
export async function startOrganisation(parent: string, options: Omit<WorldOptions, 'folder'> = {}): Promise<Organisation> {
  const made = makeWorld({ folder: join(parent, 'world'), ...options });
  const server = await startGitHub(made.world);
  const token = made.tokens.personal;
  const connection: GitHubConnection = { url: server.apiUrl, auth: { kind: 'token', token }, variable: 'GITHUB_TOKEN' };
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
    work: (folder, asked = connection) => startTestWorker(folder, { sources: { github: gitHubSource(() => asked, CACHE_BYTES) } }),
  };
}

/** Starts one for the calling test file; it ends when that has run. */
export function organisationOf(parent: string, options: Omit<WorldOptions, 'folder'>): () => Organisation {
  let organisation: Organisation | undefined;
  beforeAll(async () => {
    organisation = await startOrganisation(parent, options);
    return () => organisation?.[Symbol.asyncDispose]();
  });
  return () => organisation as Organisation;
}
