import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import type { Stage } from '../../src/model/stages.ts';
import { query } from '../support/database.ts';
import { type Depth, makeDeepRepository } from '../support/deep-repository.ts';
import { holdGit } from '../support/held-git.ts';
import { middleOf, progressOf, startRun, until } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { workerCommands } from '../support/worker-commands.ts';

const shared = tempFolder();
const workers = workerCommands();

// Three at once, of which one waits for two limits of Temporal's.
vi.setConfig({ testTimeout: 1_200_000 });

/** Makes a folder with a repository to disturb, and one with what an undisturbed run writes. */
async function makeCase(name: string, depth: Depth): Promise<{ where: string; expected: string; repositories: string; taskQueue: string }> {
  const where = join(shared, name);
  const expected = join(where, 'undisturbed');
  const repositories = join(where, 'repositories');
  mkdirSync(expected, { recursive: true });
  makeDeepRepository(join(repositories, 'a-small'), { commits: 20, files: 3 });
  makeDeepRepository(join(repositories, 'deep'), depth);
  await syncOnce(expected, [repositories]);
  return { where, expected, repositories, taskQueue: `test-${randomUUID()}` };
}

test.concurrent('when the worker that has the repository is gone for good, another one prepares it and goes on', async () => {
  const { where, expected, repositories, taskQueue } = await makeCase('another-home', { commits: 150, files: 40, changes: 3 });
  using git = holdGit(where);
  const worker = await workers.start(where, taskQueue, undefined, { PATH: git.PATH });
  const run = await startRun({ client: workers.client(), taskQueue }, [repositories]);
  const { cursor } = await middleOf(workers.client(), run, 'files-and-blame');
  await worker.end('SIGKILL');
  git.release();

  await workers.start(where, taskQueue, join(where, 'another home'));
  const noted = () =>
    query<{ status: string; rows: number }>(
      where,
      "select status, rows from sync_runs where stage = 'files-and-blame' and rows > 0 and repo_id = (select id from repos where repo = 'deep')",
    );
  const [resumed] = await until('the stage goes on', () => noted().length > 0 && noted());
  const sum = Object.values(cursor.rows).reduce((total, rows) => total + rows, 0);
  expect(resumed?.rows).toBeGreaterThanOrEqual(sum);
  const result = await run.result();
  expect(result.repositories).toEqual({ listed: 2, done: 2, failed: 0 });
  expectSameFacts(where, expected);
});

test.concurrent('a stage that ended without being able to say so does not leave its cursor to the next one', async () => {
  const { where, expected, repositories, taskQueue } = await makeCase('ended-unheard', { commits: 8_000, files: 10, lines: 3 });
  using git = holdGit(where, 'commits');
  const worker = await workers.start(where, taskQueue, undefined, { PATH: git.PATH });
  const stages: Stage[] = ['commits', 'commit-stats'];
  const run = await startRun({ client: workers.client(), taskQueue }, [join(repositories, 'deep')], { stages });
  await middleOf(workers.client(), run, 'commits');
  await worker.end('SIGKILL');
  git.release();
  finishCommits(where, expected);
  // And the worker has to prepare the repository again.
  rmSync(join(where, 'home/clones'), { recursive: true, maxRetries: 20 });

  await workers.start(where, taskQueue);
  await run.result();
  for (const table of ['git_commits', 'git_commit_stats']) {
    const rows = `select count(*) as rows from ${table} where repo_id = (select id from repos where repo = 'deep')`;
    expect(query(where, rows), table).toEqual(query(expected, rows));
  }
});

test.concurrent('a database that was replaced in the middle gets everything', async () => {
  const { where, expected, repositories, taskQueue } = await makeCase('replaced', { commits: 150, files: 40, changes: 3 });
  using git = holdGit(where);
  const worker = await workers.start(where, taskQueue, undefined, { PATH: git.PATH });
  const run = await startRun({ client: workers.client(), taskQueue }, [repositories], { concurrency: 1 });
  await middleOf(workers.client(), run, 'files-and-blame');
  expect((await progressOf(run)).repositories.done).toBe(1);
  await worker.end('SIGKILL');
  git.release();
  for (const end of ['', '-wal', '-shm']) rmSync(join(where, `org-sync.db${end}`), { force: true });

  await workers.start(where, taskQueue);
  const result = await run.result();
  expect(result.repositories).toEqual({ listed: 2, done: 2, failed: 0 });
  expectSameFacts(where, expected);
});

/** Does what a worker has done that ended the stage and was killed before it could tell Temporal. */
function finishCommits(where: string, finished: string): void {
  const database = new DatabaseSync(join(where, 'org-sync.db'));
  try {
    database.prepare('attach ? as finished').run(join(finished, 'org-sync.db'));
    const repository = "repo_id = (select id from repos where repo = 'deep')";
    for (const table of ['git_refs', 'git_commits', 'sync_state']) {
      const stage = table === 'sync_state' ? "and stage = 'commits'" : '';
      database.exec(`insert or replace into ${table} select * from finished.${table} where ${repository} ${stage}`);
    }
  } finally {
    database.close();
  }
}
