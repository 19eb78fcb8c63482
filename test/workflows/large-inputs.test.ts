import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import type { OrgSyncResult } from '../../src/model/progress.ts';
import { query } from '../support/database.ts';
import { forThisFile } from '../support/for-this-file.ts';
import { git } from '../support/git.ts';
import { makeEmptyRepository } from '../support/repositories.ts';
import { runSync } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

const folder = tempFolder();
const worker = forThisFile(() => startTestWorker(folder));
const folderOf = (name: string) => join(folder, 'repos', name);

async function failureOf(type: string, input: unknown): Promise<ApplicationFailure> {
  const { client, taskQueue } = worker();
  const error = await client.workflow.execute(type, { taskQueue, workflowId: `test/${randomUUID()}`, args: [input] }).catch((reason: unknown) => reason);
  if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw new Error(`the workflow didn't fail: ${error}`);
  expect(error.cause.nonRetryable).toBe(true);
  return error.cause;
}

test('a repository with a field that is too long fails by name, and the others are synced', async () => {
  for (const name of ['a', 'b', 'long-name', 'long-host']) makeEmptyRepository(folderOf(name));
  const set = (name: string, url: string) => git(folderOf(name), ['config', '--file', join(folderOf(name), '.git', 'config'), 'remote.origin.url', url]);
  set('long-name', `https://github.com/acme/${'x'.repeat(100_000)}`);
  set('long-host', `https://${'h'.repeat(100_000)}/acme/api`);
  const result = await runSync(worker(), { provider: 'local', paths: [join(folder, 'repos')] });

  expect(result.repositories).toEqual({ listed: 4, done: 2, failed: 2 });
  expect(result.failures).toEqual([
    { repository: folderOf('long-host'), reason: expect.stringMatching(/^its host has \d+ bytes/) },
    { repository: folderOf('long-name'), reason: expect.stringMatching(/^its name has \d+ bytes/) },
  ]);
  expect(query(folder, 'select repo from repos order by repo')).toEqual([{ repo: 'a' }, { repo: 'b' }]);
  // Started by itself it fails as well.
  const repository = { provider: 'local', id: randomUUID(), host: '', name: 'x', url: null, path: folderOf('long-name') };
  expect(await failureOf('repoSync', { repository, owner: 'x' })).toMatchObject({ message: expect.stringMatching(/^its name has/) });
});

test.each([
  ['repos', { repos: Array.from({ length: 20_000 }, (_, index) => `repository-${index}`) }, 'use a pattern'],
  ['repos', { repos: Array.from({ length: 400 }, (_, index) => `${index}${'x'.repeat(900)}`) }, 'use a pattern'],
  ['paths', { paths: Array.from({ length: 20_000 }, (_, index) => `/src/repository-${index}`) }, 'name a folder'],
])('more %s than travel with every page are refused with the limit and what to do', async (field, more, advice) => {
  const { type, message } = await failureOf('orgSync', { provider: 'local', paths: [folder], ...more });
  expect(type).toBe('InvalidInput');
  expect(message).toMatch(new RegExp(`^${field}: has \\d+ names in \\d+ bytes, and at most 5000 in 200000 bytes are taken; ${advice}`));
});

test('as many names as are taken are all looked for, and each that is missing is counted', async () => {
  const repos = ['a', ...Array.from({ length: 4_999 }, (_, index) => `nowhere-${index}`)];
  const result: OrgSyncResult = await runSync(worker(), { provider: 'local', paths: [join(folder, 'repos')], repos });
  expect(result.repositories).toEqual({ listed: 5_000, done: 1, failed: 4_999 });
  expect(result.failures).toHaveLength(500);
  expect(await failureOf('orgSync', { provider: 'local', paths: Array.from({ length: 4_000 }, (_, index) => `/nowhere/${index}`) })).toMatchObject({
    type: 'InvalidInput',
    message: expect.stringMatching(/^paths: \/nowhere\/0: .*…$/s),
  });
});

test.each(['name', 'host', 'url', 'path', 'settings', 'tags', 'ref', 'probe'])('a repoSync with a %s that is too long is refused', async (field) => {
  const text = 'x'.repeat(300_000);
  const hosted = { providerId: '1', ref: 'main', head: null, isFork: false, isArchived: false, createdAt: '2021-01-01T00:00:00Z', tags: [], settings: {} };
  const facts = { settings: { settings: { x: text } }, tags: { tags: [text] }, ref: { ref: text } }[field];
  const more = { name: { name: text }, host: { host: text }, url: { url: `https://x/${text}` }, path: { path: text }, probe: { probe: { git: text } } }[field];
  const repository = { provider: 'github', id: randomUUID(), host: 'x', name: 'a/b', url: null, hosted: { ...hosted, ...facts }, ...more };
  const { type, message } = await failureOf('repoSync', { repository, owner: 'x' });
  expect([type, message]).toEqual(['InvalidInput', expect.stringContaining(field)]);
  expect(message.length).toBeLessThan(20_000);
});
