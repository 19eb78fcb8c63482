import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, expect, inject, test } from 'vitest';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { holdGitHere } from '../support/held-git.ts';
import { makeCorruptRepository } from '../support/repositories.ts';
import { middleOf, pendingActivities, type Run, startRun, until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

type History = ReturnType<typeof historyFromJSON>;

/** The first event of a run that was continued as new, whose second payload is the state. */
interface RecordedStart {
  workflowExecutionStartedEventAttributes: { input: { payloads: [unknown, { data: string }] } };
}

/** Recorded by record.ts: what was begun by an earlier version has to go on with this one. */
const HISTORIES = join(import.meta.dirname, 'histories');

async function replay(history: History): Promise<void> {
  const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
  await Worker.runReplayHistory({ workflowBundle: { codePath: inject('workflowBundle') } }, history, workflowId);
}

function recorded(file: string): History {
  return historyFromJSON(JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')));
}

test.for(readdirSync(HISTORIES))('the recorded history %s replays', async (file) => {
  await replay(recorded(file));
});

test('a history that this code would not have made is found out', async () => {
  const history = recorded('plain-repoSync.json');
  for (const { activityTaskScheduledEventAttributes: scheduled } of history.events ?? []) {
    if (scheduled?.activityType?.name === 'commit-stats') scheduled.activityType.name = 'pull-requests';
  }
  await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
});

test('a run whose state this version cannot read fails at once', async () => {
  const { events } = JSON.parse(readFileSync(join(HISTORIES, 'continued-orgSync-2.json'), 'utf8')) as { events: [RecordedStart, ...object[]] };
  const state = events[0].workflowExecutionStartedEventAttributes.input.payloads[1];
  state.data = Buffer.from(JSON.stringify({ waiting: 'r4' })).toString('base64');
  const failed = {
    eventId: '5',
    eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED',
    workflowExecutionFailedEventAttributes: { workflowTaskCompletedEventId: '4' },
  };
  await replay(historyFromJSON({ events: [...events.slice(0, 4), failed] }));
});

const folder = tempFolder();
const deep = join(folder, 'deep');
const worker = forThisFile(() => startTestWorker(folder));

beforeAll(() => {
  makeDeepRepository(deep, { commits: 150, files: 40, changes: 3 });
});

/** Replays a run that has ended, and those of its repositories. */
async function replayAll(run: Run): Promise<void> {
  const history = await run.fetchHistory();
  await replay(history);
  for (const { childWorkflowExecutionStartedEventAttributes: child } of history.events ?? []) {
    const { workflowId, runId } = child?.workflowExecution ?? {};
    if (workflowId && runId) await replay(await worker().client.workflow.getHandle(workflowId, runId).fetchHistory());
  }
}

test('the history of a run with a failed repository replays', async () => {
  makeDeepRepository(join(folder, 'repositories/good'), { commits: 20, files: 2 });
  makeCorruptRepository(join(folder, 'repositories/damaged'), 'damaged-blob');
  const run = await startRun(worker(), [join(folder, 'repositories')]);
  expect(await run.result()).toMatchObject({ repositories: { done: 1, failed: 1 } });
  await replayAll(run);
});

test('the histories of runs with signals and cancels replay', async () => {
  using _git = holdGitHere(folder);
  const run = await startRun(worker(), [deep]);
  await middleOf(worker().client, run, 'files-and-blame');
  await run.signal('pause');
  await until('no activity is left', async () => (await pendingActivities(worker().client, run)).length === 0);
  await run.cancel();
  await expect(run.result()).rejects.toThrow();
  await replayAll(run);

  const signalled = await worker().client.workflow.signalWithStart('orgSync', {
    taskQueue: worker().taskQueue,
    workflowId: `org-sync/local/${randomUUID()}`,
    args: [{ provider: 'local', paths: [deep], stages: ['commits'] }],
    signal: 'resume',
  });
  await signalled.result();
  await replay(await signalled.fetchHistory());
});
