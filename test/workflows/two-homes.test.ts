import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { openStore } from '../../src/stores/open.ts';
import { mongodbDatabase, useMongo } from '../stores/mongodb-database.ts';
import { emptyDatabase, usePostgres } from '../stores/postgresql-database.ts';
import { sqliteDatabase } from '../stores/sqlite-database.ts';
import type { TestDatabase } from '../stores/subject.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { commitAll, git } from '../support/git.ts';
import { holdGit } from '../support/held-git.ts';
import { startHome } from '../support/home.ts';
import { middleOf, progressOf, startRun, until } from '../support/runs.ts';
import { expectSameRows } from '../support/same-rows.ts';
import { syncOnce } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { type OwnServer, startOwnServer } from '../support/temporal-server.ts';

// Two machines have one repository in different states, and sync it into one database.

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 600_000 });

const shared = tempFolder();
const postgres = usePostgres();
const mongo = useMongo();
const [one, other] = [join(shared, 'one/api'), join(shared, 'other/api')];
/** What undisturbed runs of each write. */
const expected = { [one]: join(shared, 'expected-one'), [other]: join(shared, 'expected-other') };
let secondServer: OwnServer;

beforeAll(async () => {
  makeDeepRepository(one, { commits: 150, files: 40, changes: 3 });
  git(one, ['remote', 'add', 'origin', 'https://git.example.org/acme/api.git']);
  cpSync(one, other, { recursive: true });
  git(other, ['update-ref', 'refs/heads/main', 'main~60']);
  git(other, ['reset', '--quiet', '--hard', 'main']);
  for (let file = 0; file < 20; file++) writeFileSync(join(other, `folder${file}/file${file}.txt`), `of the other one, ${file}\n`);
  commitAll(other, 'Elsewhere');
  for (const [path, folder] of Object.entries(expected)) {
    mkdirSync(folder);
    await syncOnce(folder, [path]);
  }
  secondServer = await startOwnServer();
});

afterAll(async () => {
  await secondServer[Symbol.asyncDispose]();
});

const databases: Record<string, () => Promise<TestDatabase>> = {
  SQLite: async () => sqliteDatabase(),
  PostgreSQL: async () => emptyDatabase(postgres()),
  MongoDB: async () => mongodbDatabase(mongo()),
};

test.each(Object.keys(databases))(
  '%s equals git after a run was stopped in a stage, another one took over and ended, and the first one went on',
  async (kind) => {
    const database = await (databases[kind] as () => Promise<TestDatabase>)();
    await (await openStore(database.url, { migrate: true })).close();
    using held = holdGit(tempFolder());
    await using first = await startHome({ address: inject('temporalAddress'), databaseUrl: database.url, env: { PATH: held.PATH } });
    await using second = await startHome({ address: secondServer.address, databaseUrl: database.url });

    const stopped = await startRun(first, [one]);
    await middleOf(first.client, stopped, 'files-and-blame');
    first.worker.process.kill('SIGSTOP');
    const took = await startRun(second, [other]);
    // It waits by a timer that names whose turn it is, and then takes over.
    const workflowId = 'repo-sync/git.example.org/acme/api';
    await until('the other run waits', async () => {
      if ((await progressOf(took)).running.length === 0) return;
      const { events } = await second.client.workflow.getHandle(workflowId).fetchHistory();
      return events?.some(({ userMetadata }) =>
        Buffer.from(userMetadata?.summary?.data ?? [])
          .toString()
          .includes(`lease: files-and-blame waits for ${workflowId}/`),
      );
    });
    expect((await took.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
    await expectSameRows(database, expected[other] as string, 500);

    held.release();
    first.worker.process.kill('SIGCONT');
    expect((await stopped.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });

    for (const [home, path] of [
      [second, other],
      [first, one],
      [second, other],
    ] as const) {
      expect((await (await startRun(home, [path])).result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
      await expectSameRows(database, expected[path] as string, 500);
    }
    await database.drop();
  },
);
