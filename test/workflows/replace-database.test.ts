import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { OrgSyncResult } from '../../src/model/progress.ts';
import { type SqliteTestDatabase, sqliteDatabase } from '../stores/sqlite-database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { commitAll, initRepository } from '../support/git.ts';
import { holdGitHere } from '../support/held-git.ts';
import { middleOf, startRun } from '../support/runs.ts';
import { expectSameRows } from '../support/same-rows.ts';
import { runSync, syncOnce } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker, type TestWorkerOptions } from '../support/worker.ts';

const shared = tempFolder();
/** Synced one after the other, in this order. */
const repositories = ['a', 'b'].map((name) => join(shared, name));
/** What an undisturbed run writes. */
const expected = join(shared, 'undisturbed');

beforeAll(async () => {
  const [small = '', deep = ''] = repositories;
  initRepository(small);
  commitAll(small, 'first');
  makeDeepRepository(deep, { commits: 2_000, files: 20, changes: 3 });
  mkdirSync(expected);
  await syncOnce(expected, repositories);
});

const copyOf = ({ path }: SqliteTestDatabase) => `${path}.copy`;

test.each([
  ['deleted', ({ path }: SqliteTestDatabase) => rmSync(path)],
  ['replaced by an earlier copy of itself', (database: SqliteTestDatabase) => renameSync(copyOf(database), database.path)],
])('the SQLite file is %s in the middle of a run: the run starts over and has every row', async (_, replace) => {
  const database = sqliteDatabase();
  const folder = tempFolder();
  {
    using git = holdGitHere(folder, 'commit-stats');
    await using worker = await startTestWorker(folder, { databaseUrl: database.url });
    // All that a database has before its first run.
    database.exec('pragma wal_checkpoint(truncate)');
    copyFileSync(database.path, copyOf(database));
    const run = await startRun(worker, repositories, { concurrency: 1 });
    await middleOf(worker.client, run, 'commit-stats');
    replace(database);
    git.release();
    expect((await run.result()).repositories).toEqual({ listed: 2, done: 2, failed: 0 });
  }
  await expectSameRows(database, expected, 5_000);
  await database.drop();
});

test('the SQLite file is restored from a backup while no process has it open: the run fails in words, and the next one has every row', async () => {
  const database = sqliteDatabase();
  const folder = tempFolder();
  const options = { databaseUrl: database.url, taskQueue: `test-${randomUUID()}` };
  const workflowId = await interruptedRun(folder, options, database);
  for (const ending of ['', '-wal', '-shm']) rmSync(`${database.path}${ending}`, { force: true });
  renameSync(copyOf(database), database.path);

  await using worker = await startTestWorker(folder, options);
  const result: OrgSyncResult = await worker.client.workflow.getHandle(workflowId).result();
  expect(result.repositories).toEqual({ listed: 1, done: 0, failed: 1 });
  expect(result.failures[0]?.reason).toContain('restored from a backup');
  expect((await runSync(worker, { provider: 'local', paths: repositories })).repositories).toEqual({ listed: 2, done: 2, failed: 0 });
  await expectSameRows(database, expected, 5_000);
  await database.drop();
});

/** Starts a run on a database with a backup, and stops its worker in the middle of a stage. */
async function interruptedRun(folder: string, options: TestWorkerOptions, database: SqliteTestDatabase): Promise<string> {
  using _git = holdGitHere(folder, 'commit-stats');
  await using worker = await startTestWorker(folder, options);
  database.exec('pragma wal_checkpoint(truncate)');
  copyFileSync(database.path, copyOf(database));
  const run = await startRun(worker, repositories.slice(1));
  await middleOf(worker.client, run, 'commit-stats');
  return run.workflowId;
}
