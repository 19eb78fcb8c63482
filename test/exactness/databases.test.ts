import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mongodbDatabase, useMongo } from '../stores/mongodb-database.ts';
import { emptyDatabase, usePostgres } from '../stores/postgresql-database.ts';
import { makeAwkwardRepository } from '../support/awkward-repository.ts';
import { git } from '../support/git.ts';
import { makeRandomRepository } from '../support/random-repository.ts';
import { expectSameRows } from '../support/same-rows.ts';
import { runSync } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

const folder = tempFolder();
const postgres = usePostgres();
const mongo = useMongo();

it('has the same rows in PostgreSQL and in MongoDB as in SQLite, after a first sync and a later one', { timeout: 600_000 }, async () => {
  const databases = [await emptyDatabase(postgres()), mongodbDatabase(mongo())];
  const random = join(folder, 'random');
  const { branches } = await makeRandomRepository(random, 11, 250);
  const awkward = join(folder, 'awkward');
  await makeAwkwardRepository(awkward);

  const syncAll = async () => {
    for (const where of [{}, ...databases.map(({ url }) => ({ databaseUrl: url }))]) {
      await using worker = await startTestWorker(folder, where);
      const { repositories, failures } = await runSync(worker, { provider: 'local', paths: [random, awkward], allBranches: true });
      expect({ repositories, failures }).toMatchObject({ repositories: { done: 2, failed: 0 }, failures: [] });
    }
    for (const database of databases) await expectSameRows(database, folder, 1_000);
  };
  await syncAll();

  // Back by some commits, and a branch less.
  git(random, ['update-ref', 'refs/heads/main', 'main~40']);
  git(random, ['update-ref', '-d', 'refs/heads/topic-1']);
  expect(branches.length).toBeGreaterThan(1);
  await syncAll();
  for (const database of databases) await database.drop();
});
