import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, test } from 'vitest';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { holdGitHere } from '../support/held-git.ts';
import { middleOf, pendingActivities, type Run, startRun, until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

const folder = tempFolder();
const deep = join(folder, 'deep');
const worker = forThisFile(() => startTestWorker(folder));

beforeAll(() => {
  makeDeepRepository(deep, { commits: 150, files: 40, changes: 3 });
});

/** Runs the Temporal CLI, as the README tells. */
async function temporal(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(inject('temporalCli'), [...words, '--address', inject('temporalAddress')]);
  return stdout;
}

test('a schedule made with the Temporal CLI fires, and skips what would overlap', async () => {
  using git = holdGitHere(folder);
  const scheduleId = `schedule-${randomUUID()}`;
  const workflowId = `org-sync/local/${randomUUID()}`;
  await temporal(
    ...['schedule', 'create', '--schedule-id', scheduleId, '--interval', '1s', '--overlap-policy', 'Skip', '--type', 'orgSync'],
    ...['--task-queue', worker().taskQueue, '--workflow-id', workflowId, '--input', JSON.stringify({ provider: 'local', paths: [deep] })],
  );
  const schedule = worker().client.schedule.getHandle(scheduleId);
  try {
    const [action] = await until('the schedule fires', async () => {
      const { recentActions } = (await schedule.describe()).info;
      return recentActions.length > 0 && recentActions;
    });
    const run: Run = worker().client.workflow.getHandle(action?.action.workflow.workflowId ?? '') as Run;
    expect(run.workflowId).toMatch(new RegExp(`^${workflowId}-\\d{4}-`));
    await middleOf(worker().client, run, 'files-and-blame');
    await run.signal('pause');
    await until('firings are skipped', async () => (await schedule.describe()).info.numActionsSkippedOverlap > 1);
    await temporal('schedule', 'trigger', '--schedule-id', scheduleId);
    expect((await schedule.describe()).info.numActionsTaken).toBe(1);
    await temporal('schedule', 'toggle', '--schedule-id', scheduleId, '--pause', '--reason', 'enough');

    git.release();
    await run.signal('resume');
    expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 } });
    const { typedSearchAttributes } = await run.describe();
    expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toContainEqual([
      'OrgSyncOwner',
      workflowId.replace('org-sync/local/', ''),
    ]);
  } finally {
    await schedule.delete();
  }
});

test('two runs never work on one repository at once: the second says so', async () => {
  using git = holdGitHere(folder);
  const run = await startRun(worker(), [deep], { full: true });
  await middleOf(worker().client, run, 'files-and-blame');
  await run.signal('pause');
  await until('no activity is left', async () => (await pendingActivities(worker().client, run)).length === 0);
  const second = await (await startRun(worker(), [deep])).result();
  expect(second.repositories).toEqual({ listed: 1, done: 0, failed: 1 });
  expect(second.failures).toEqual([{ repository: 'deep', reason: `is already being synced by another run (workflow repo-sync/local${deep})` }]);
  git.release();
  await run.signal('resume');
  expect((await run.result()).repositories).toEqual({ listed: 1, done: 1, failed: 0 });
  expect(query(folder, 'select distinct status from sync_runs where error is not null')).toEqual([]);
});
