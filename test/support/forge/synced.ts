import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitProgram } from '../../../src/config.ts';
import type { CloneResources } from '../../../src/providers/hosted/prepare.ts';
import type { Sources } from '../../../src/providers/index.ts';
import { startTestWorker, type TestWorker } from '../worker.ts';

/** A code host of the tests' own, and workers that sync it. */
export interface Synced<Server, Connection> extends AsyncDisposable {
  server: Server;
  token: string;
  /** With the token. */
  connection: Connection;
  /** With that connection. */
  sources: Partial<Sources>;
  /** A new folder for a database and clones. */
  folder(name: string): string;
  /** A worker in this process with the database in a folder. */
  work(folder: string, connection?: Connection): Promise<TestWorker>;
}

interface Parts<Server, Connection> extends Pick<Synced<Server, Connection>, 'server' | 'token' | 'connection'> {
  /** Where all folders are made. */
  parent: string;
  sourcesWith: (connection: Connection, clones: CloneResources) => Partial<Sources>;
}

/** With more bytes than the clones of any test take. */
export const CLONES: CloneResources = { program: gitProgram, cacheBytes: 1e9 };

export function synced<Server extends { close(): Promise<void> }, Connection>({
  parent,
  sourcesWith,
  ...parts
}: Parts<Server, Connection>): Synced<Server, Connection> {
  return {
    ...parts,
    sources: sourcesWith(parts.connection, CLONES),
    folder: (name) => {
      const folder = join(parent, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    work: (folder, connection = parts.connection) => startTestWorker(folder, { sources: sourcesWith(connection, CLONES) }),
    [Symbol.asyncDispose]: parts.server.close,
  };
}
