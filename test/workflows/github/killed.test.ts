import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { sentWhileLimited } from '../../support/forge/requests.ts';
import { expectWorld } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { progressOf, startGitHubRun, until } from '../../support/runs.ts';
import { limitTimers } from '../../support/summaries.ts';
import { tempFolder } from '../../support/temp.ts';
import { workerCommands } from '../../support/worker-commands.ts';

const parent = tempFolder();
const workers = workerCommands();
const acme = organisationOf(parent, { repositories: 1, pullRequests: 150 });

const PULLS = { kind: 'graphql', operation: 'PullRequests' } as const;

test('a worker killed while a limit is waited for: the timer goes on, and the next worker resumes at the page that was refused', async () => {
  const { server, token } = acme();
  server.setFaults([{ match: PULLS, after: 3, effect: { do: 'primary-limit', seconds: 15 } }]);
  const folder = acme().folder('killed');
  const taskQueue = `test-${randomUUID()}`;
  const settings = { GITHUB_URL: server.apiUrl, GITHUB_TOKEN: token };
  const client = workers.client();
  const worker = await workers.start(folder, taskQueue, undefined, settings);
  const run = await startGitHubRun({ client, taskQueue }, 'acme');
  const child = client.workflow.getHandle(`repo-sync/${new URL(server.webUrl).host}/acme/repo-000`);

  const pause = await until('progress names the pause', async () => {
    const { running } = await progressOf(run);
    return running.find(({ stage }) => stage === 'pull-requests')?.pause;
  });
  expect(pause).toEqual({ reason: expect.stringContaining("GitHub's primary rate limit of GraphQL"), until: expect.any(String) });
  expect(await limitTimers(child)).toMatchObject([{ summary: `rate limit: pull-requests waits for ${pause.until}`, endedAt: undefined }]);
  await worker.end('SIGKILL');

  const asked = server.requests.length;
  await until('the timer fires with no worker there', async () => (await limitTimers(child)).every(({ endedAt }) => endedAt !== undefined));
  expect(server.requests).toHaveLength(asked);
  await workers.start(folder, taskQueue, undefined, settings);
  expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 }, failures: [] });

  expect(await limitTimers(child)).toHaveLength(1);
  const pages = server.requests.filter(({ operation }) => operation === 'PullRequests');
  const answered = pages.filter(({ limited }) => limited !== true).map(({ body }) => (body as { variables: { after: unknown } }).variables.after);
  expect(answered).toHaveLength(6);
  expect(new Set(answered).size).toBe(6);
  expect(pages).toHaveLength(7);
  expect(server.unmetFaults()).toEqual([]);
  expect(sentWhileLimited(server.requests)).toEqual([]);
  await expectWorld(folder, server, { owner: 'acme', token });
});
