import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { sentWhileLimited } from '../../support/forge/requests.ts';
import { expectGitLab } from '../../support/gitlab/expect-gitlab.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { progressOf, startGitLabRun, until } from '../../support/runs.ts';
import { limitTimers } from '../../support/summaries.ts';
import { tempFolder } from '../../support/temp.ts';
import { workerCommands } from '../../support/worker-commands.ts';

const parent = tempFolder();
const workers = workerCommands();
const acme = groupOf(parent, { projects: 1, mergeRequests: 120 });

/** Merge requests that are read before the limit, which comes in the middle of those that are written together. */
const READ = 42;
const APPROVALS = { kind: 'rest', path: /\/approvals$/ } as const;

test('a worker killed while a limit that tells no time is waited for: the timer goes on, and the next worker resumes at the cursor', async () => {
  const { server, token } = acme();
  server.setFaults([{ match: APPROVALS, after: READ, effect: { do: 'endpoint-limit', seconds: 15 } }]);
  const folder = acme().folder('killed');
  const taskQueue = `test-${randomUUID()}`;
  const settings = { GITLAB_URL: server.url, GITLAB_TOKEN: token };
  const client = workers.client();
  const worker = await workers.start(folder, taskQueue, undefined, settings);
  const run = await startGitLabRun({ client, taskQueue }, 'acme');
  const child = client.workflow.getHandle(`repo-sync/${new URL(server.url).host}/acme/project-000`);

  const pause = await until('progress names the pause', async () => {
    const { running } = await progressOf(run);
    return running.find(({ stage }) => stage === 'pull-requests')?.pause;
  });
  expect(pause).toEqual({ reason: expect.stringContaining("GitLab's rate limit"), until: expect.any(String) });
  expect(await limitTimers(child)).toMatchObject([{ summary: `rate limit: pull-requests waits for ${pause.until}`, endedAt: undefined }]);
  await worker.end('SIGKILL');

  const asked = server.requests.length;
  await until('the timer fires with no worker there', async () => (await limitTimers(child)).every(({ endedAt }) => endedAt !== undefined));
  expect(server.requests).toHaveLength(asked);
  await workers.start(folder, taskQueue, undefined, settings);
  expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 }, failures: [] });

  expect(await limitTimers(child)).toHaveLength(1);
  const approvals = server.requests.filter(({ path }) => APPROVALS.path.test(path)).map(({ path }) => path);
  // The one that the limit met is asked for again, and none before it.
  expect(approvals).toHaveLength(120 + 1);
  expect(new Set(approvals).size).toBe(120);
  expect(approvals[READ + 1]).toBe(approvals[READ]);
  expect(server.unmetFaults()).toEqual([]);
  expect(sentWhileLimited(server.requests)).toEqual([]);
  await expectGitLab(folder, server, { group: 'acme', token });
});
