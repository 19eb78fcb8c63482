import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { mongodbDatabase, useOwnMongo } from '../stores/mongodb-database.ts';
import { emptyDatabase, usePostgres } from '../stores/postgresql-database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { holdGitHere } from '../support/held-git.ts';
import { middleOf, startRun } from '../support/runs.ts';
import { expectSameRows } from '../support/same-rows.ts';
import { syncOnce } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

const shared = tempFolder();
const repository = join(shared, 'repository');
/** What an undisturbed run writes. */
const expected = join(shared, 'undisturbed');

const servers = {
  PostgreSQL: { server: usePostgres(), create: async () => emptyDatabase(servers.PostgreSQL.server()) },
  MongoDB: { server: useOwnMongo(), create: async () => mongodbDatabase(servers.MongoDB.server()) },
};

beforeAll(async () => {
  makeDeepRepository(repository, { commits: 2_000, files: 20, changes: 3 });
  mkdirSync(expected);
  await syncOnce(expected, [repository]);
});

test.each(['PostgreSQL', 'MongoDB'] as const)('%s is killed in the middle of the stats stage and started again: the run goes on', async (kind) => {
  const { server, create } = servers[kind];
  const folder = tempFolder();
  const database = await create();
  {
    using git = holdGitHere(folder, 'commit-stats');
    await using worker = await startTestWorker(folder, { databaseUrl: database.url });
    const run = await startRun(worker, [repository]);
    await middleOf(worker.client, run, 'commit-stats');
    await server().kill();
    git.release();
    await setTimeout(1_000);
    await server().start();
    expect((await run.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  }
  await expectSameRows(database, expected, 5_000);
  await database.drop();
});
