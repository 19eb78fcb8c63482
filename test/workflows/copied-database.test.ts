import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { openStore } from '../../src/stores/open.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { expectRowsOfGit } from '../support/expect-rows.ts';
import { commitAll, git } from '../support/git.ts';
import { holdGit } from '../support/held-git.ts';
import { startHome } from '../support/home.ts';
import { middleOf, startRun } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';
import { startOwnServer } from '../support/temporal-server.ts';

test('runs for two copies of a database, of two clones of one repository and in one home, leave each other alone', { timeout: 600_000 }, async () => {
  const folder = tempFolder();
  const [one, other] = [join(folder, 'one/api'), join(folder, 'other/api')];
  makeDeepRepository(one, { commits: 150, files: 40, changes: 3 });
  git(one, ['remote', 'add', 'origin', 'https://git.example.org/acme/copied.git']);
  cpSync(one, other, { recursive: true });
  git(one, ['reset', '--quiet', '--hard', 'main']);
  writeFileSync(join(one, 'new.txt'), 'just here\n');
  commitAll(one, 'New');

  const [original, copy] = ['original', 'copy'].map((name) => join(folder, name)) as [string, string];
  for (const place of [original, copy]) mkdirSync(place);
  const urlOf = (place: string) => `sqlite:///${place}/org-sync.db`;
  await (await openStore(urlOf(original))).close();
  copyFileSync(join(original, 'org-sync.db'), join(copy, 'org-sync.db'));

  const home = join(folder, 'home');
  await using server = await startOwnServer();
  using held = holdGit(tempFolder());
  await using first = await startHome({ address: inject('temporalAddress'), databaseUrl: urlOf(original), home, env: { PATH: held.PATH } });
  await using second = await startHome({ address: server.address, databaseUrl: urlOf(copy), home });
  const run = await startRun(first, [one]);
  await middleOf(first.client, run, 'files-and-blame');
  expect((await (await startRun(second, [other])).result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  held.release();
  expect((await run.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });

  const { events } = await first.client.workflow.getHandle('repo-sync/git.example.org/acme/copied').fetchHistory();
  const activities = events?.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? []);
  expect(activities).toEqual(['prepareRepository', 'commits', 'pull-requests', 'commit-stats', 'files-and-blame']);
  expect(query(original, "select * from sync_runs where status <> 'completed'")).toEqual([]);
  await expectRowsOfGit(original, one);
  await expectRowsOfGit(copy, other);
});
