import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { SqliteTestDatabase } from '../../stores/sqlite-database.ts';
import { type GitLabWorldOptions, type MadeGitLabWorld, makeGitLabWorld } from '../../support/gitlab/make-world.ts';
import { type GitLab, startGitLab } from '../../support/gitlab/server.ts';
import { tempFolder } from '../../support/temp.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';
import { sourceWith } from './support.ts';

/** A GitLab, and a worker that syncs it into a database. */
export interface SyncedLab {
  /** Of the worker. */
  folder: string;
  made: MadeGitLabWorld;
  gitlab: GitLab;
  worker: TestWorker;
  database: Pick<SqliteTestDatabase, 'query'>;
  /** Fails where the GitLab was asked what its API doesn't allow. */
  end(): Promise<void>;
}

export async function startSyncedLab(options: Omit<GitLabWorldOptions, 'folder'>): Promise<SyncedLab> {
  const folder = tempFolder();
  const made = makeGitLabWorld({ folder: join(folder, 'gitlab'), ...options });
  const gitlab = await startGitLab(made.world);
  const worker = await startTestWorker(folder, { sources: { gitlab: sourceWith(gitlab, made.tokens.personal) } });
  const file = new DatabaseSync(join(folder, 'org-sync.db'));
  return {
    folder,
    made,
    gitlab,
    worker,
    database: { query: (sql, ...values) => file.prepare(sql).all(...values) },
    end: async () => {
      await worker[Symbol.asyncDispose]();
      expect(gitlab.violations()).toEqual([]);
      await gitlab.close();
    },
  };
}
