import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Stage } from '../../src/model/stages.ts';
import { query } from '../support/database.ts';
import { type Depth, makeDeepRepository } from '../support/deep-repository.ts';
import { holdGit } from '../support/held-git.ts';
import { middleOf, startRun, until } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { workerCommands } from '../support/worker-commands.ts';

/** Repositories whose stage has several batches. */
const DEPTHS: Record<Stage, Depth> = {
  commits: { commits: 8_000 },
  'pull-requests': { commits: 500 },
  'commit-stats': { commits: 2_000, files: 40, changes: 3, lines: 4 },
  'files-and-blame': { commits: 150, files: 40, changes: 3 },
};

const folder = tempFolder();
const workers = workerCommands();

vi.setConfig({ maxConcurrency: 4 });

test.concurrent.for(Object.keys(DEPTHS) as Stage[])('after a worker was killed in the middle of %s the next one goes on where it was', async (stage) => {
  const where = join(folder, stage);
  const expected = join(where, 'undisturbed');
  const repository = join(where, 'repository');
  mkdirSync(expected, { recursive: true });
  makeDeepRepository(repository, DEPTHS[stage]);
  const stages: Stage[] = stage === 'pull-requests' ? ['commits', stage] : [stage];
  await syncOnce(expected, [repository], { stages });
  const noted = () => query<{ status: string; rows: number }>(where, 'select status, rows from sync_runs where stage = ?', stage);

  const taskQueue = `test-${randomUUID()}`;
  using git = holdGit(where, stage);
  const worker = await workers.start(where, taskQueue, undefined, { PATH: git.PATH });
  const run = await startRun({ client: workers.client(), taskQueue }, [repository], { stages });
  if (stage === 'pull-requests') {
    // They are written all at once: there is no middle that a cursor could name.
    await until('it has begun', () => noted().length > 0);
  } else {
    await middleOf(workers.client(), run, stage);
  }
  await worker.end('SIGKILL');
  // Noted by every attempt as it begins: rows of the cursor that it goes on from.
  expect(noted()).toEqual([{ status: 'running', rows: 0 }]);

  await workers.start(where, taskQueue, undefined, { PATH: git.PATH });
  if (stage !== 'pull-requests') {
    await until('the next attempt goes on from a cursor', () => noted().some(({ status, rows }) => status === 'running' && rows > 0));
  }
  git.release();
  const result = await run.result();
  expect(result.repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  expect(noted()).toMatchObject([{ status: 'completed' }]);
  expectSameFacts(where, expected);
});
