import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCommand } from '../support/command.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { holdGit } from '../support/held-git.ts';
import { until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';

it('a run that a killed command left goes on on its own task queue, whatever the next command names', async () => {
  const folder = tempFolder();
  const repository = join(folder, 'repository');
  makeDeepRepository(repository, { commits: 50, files: 10, changes: 3 });
  const database = join(folder, 'org-sync.db');
  using git = holdGit(folder, 'pull-requests');
  const settings = { ORG_SYNC_HOME: join(folder, 'home'), DATABASE_URL: `sqlite:///${database}`, PATH: git.PATH };
  const first = startCommand(['sync', 'local', repository, '--task-queue', 'other'], settings);
  await until('a stage runs', () => {
    if (first.process.exitCode !== null) throw new Error(first.output());
    return existsSync(database) && first.output().includes('pull-requests of repository');
  });
  await first.end('SIGKILL');
  git.release();

  const second = startCommand(['sync', 'local', repository], settings);
  expect(await second.ended, second.output()).toBe(0);
  expect(second.output()).toContain("This sync is already running on task queue 'other'. Following it");
  expect(query(folder, 'select count(distinct run_id) as runs from sync_runs')).toEqual([{ runs: 1 }]);

  // Nothing of the queue's name stays: the next run is on the one that its command names.
  const third = startCommand(['sync', 'local', repository], settings);
  expect(await third.ended, third.output()).toBe(0);
  expect(third.output()).not.toContain('already running');
});
