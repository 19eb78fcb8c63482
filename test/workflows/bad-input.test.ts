import { randomUUID } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { makeEmptyRepository } from '../support/repositories.ts';
import { rowCounts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';

/** How a workflow that somebody started with these arguments fails. */
async function failureOf({ client, taskQueue }: TestWorker, workflowType: string, ...args: unknown[]): Promise<ApplicationFailure> {
  const workflowId = `test/${randomUUID()}`;
  const error = await client.workflow.execute(workflowType, { taskQueue, workflowId, args }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw new Error(`the workflow didn't fail: ${error}`);
  expect(error.cause.nonRetryable, 'non-retryable').toBe(true);
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const tries = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) => started?.attempt ?? []);
  expect(
    tries.filter((attempt) => attempt > 1),
    'second tries of activities',
  ).toEqual([]);
  return error.cause;
}

const nothing = { repos: 0, git_refs: 0, git_commits: 0, git_commit_stats: 0, git_files: 0, git_blame_ranges: 0 };

test('an input that is not valid fails the workflow at once, with every problem in one message', async () => {
  const folder = tempFolder();
  await using worker = await startTestWorker(folder);
  const problems = async (...args: unknown[]) => {
    const failure = await failureOf(worker, 'orgSync', ...args);
    expect(failure.type).toBe('InvalidInput');
    return failure.message;
  };

  for (const nonsense of [null, 'local', 7, [], undefined]) expect(await problems(nonsense)).toMatch(/^input: .*expected object/);
  expect(await problems()).toMatch(/^input: .*expected object/);
  expect(await problems({})).toContain('provider: ');
  expect(await problems({ provider: 'svn', paths: ['/a'] })).toMatch(/provider: .*"local"\|"github"\|"gitlab"/);
  expect(await problems({ provider: 'local' })).toBe("paths: is required when provider is 'local'");
  expect(await problems({ provider: 'github', paths: ['/a'] })).toBe("owner: is required when provider is 'github'; paths: doesn't go with provider 'github'");
  const wrong = {
    provider: 'local',
    paths: [],
    repos: 'one',
    since: '2026-02-30',
    maxRepos: -1,
    maxCommits: 1e300,
    concurrency: 1.5,
    stages: ['commits', 'blame'],
    includeForks: 'yes',
    full: 1,
    token: 'secret',
  };
  const message = await problems(wrong);
  for (const field of ['paths', 'repos', 'since', 'maxRepos', 'maxCommits', 'concurrency', 'stages.1', 'includeForks', 'full', '"token"']) {
    expect(message).toContain(field);
  }
  expect(message).not.toContain('secret');
  expect(await problems({ provider: 'local', paths: ['/a'], maxRepos: 2_000_000_000 })).toContain('maxRepos: is too large');
  expect(await problems({ provider: 'local', paths: ['/a'], concurrency: 5000 })).toContain('concurrency: must be 1000 or less');
  expect(await problems({ provider: 'local', paths: ['/a'] }, { counts: {} })).toContain('input: must be one object');
  // More than a search attribute takes.
  expect(await problems({ provider: 'github', owner: 'x'.repeat(5000) })).toContain('GITHUB_TOKEN is not set in the environment of the command or the worker');
  expect(rowCounts(folder)).toMatchObject(nothing);
  expect(query(folder, 'select * from sync_runs')).toEqual([]);
});

test('paths that are missing, no repository or outside the allowed folders are all named, whatever way they are written', async () => {
  const folder = tempFolder();
  const [inside, outside] = [join(folder, 'inside'), join(folder, 'outside')];
  mkdirSync(join(inside, 'plain'), { recursive: true });
  makeEmptyRepository(join(inside, 'good'));
  makeDeepRepository(join(outside, 'private'), { commits: 2, files: 1 });
  makeEmptyRepository(join(folder, 'inside-not'));
  symlinkSync(join(outside, 'private'), join(inside, 'link'));
  await using worker = await startTestWorker(folder, { roots: [inside] });
  const paths = [
    join(inside, 'good'),
    join(inside, 'missing'),
    join(inside, 'plain'),
    join(inside, 'link'),
    `${inside}/../outside/private`,
    join(outside, 'private'),
    join(folder, 'inside-not'),
    'relative/path',
  ];
  const failure = await failureOf(worker, 'orgSync', { provider: 'local', paths });

  expect(failure.type).toBe('InvalidInput');
  for (const path of paths.slice(1)) expect(failure.message).toContain(`paths: ${path}`);
  expect(failure.message.split('; paths: ').length, failure.message).toBe(paths.length - 1);
  expect(failure.message).not.toContain(join(inside, 'good'));
  expect(rowCounts(folder)).toMatchObject(nothing);
  expect(query(folder, 'select * from sync_runs')).toEqual([]);
});

test('a repository is not read from outside the allowed folders, also by a repoSync that somebody started', async () => {
  const folder = tempFolder();
  makeDeepRepository(join(folder, 'outside'), { commits: 2, files: 1 });
  mkdirSync(join(folder, 'inside'));
  await using worker = await startTestWorker(folder, { roots: [join(folder, 'inside')] });
  const repository = { provider: 'local', id: '00112233-4455-8677-8899-aabbccddeeff', host: '', name: 'x', url: null, path: join(folder, 'outside') };
  const failure = await failureOf(worker, 'repoSync', { repository, owner: 'x' });
  expect(failure).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('outside the folders') });

  const invalid = await failureOf(worker, 'repoSync', { repository: { ...repository, id: '../../x' }, stages: [] });
  expect(invalid.type).toBe('InvalidInput');
  for (const field of ['repository.id', 'owner', 'stages']) expect(invalid.message).toContain(field);
  expect(rowCounts(folder)).toMatchObject(nothing);
});

test('a provider that this version does not have, and a mistyped workflow type, fail in words', async () => {
  await using worker = await startTestWorker(tempFolder());
  const provider = await failureOf(worker, 'orgSync', { provider: 'gitlab', owner: 'acme' });
  expect(provider.message).toContain('gitlab');
  const type = await failureOf(worker, 'orgsync', { provider: 'local', paths: ['/'] });
  expect(type).toMatchObject({ type: 'UnknownWorkflowType', message: "there is no workflow type 'orgsync'; use orgSync or repoSync" });
});
