import { expect, test } from 'vitest';
import { sentWhileLimited } from '../../support/forge/requests.ts';
import { expectWorld } from '../../support/github/expect-world.ts';
import { readableRepositories } from '../../support/github/expected.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { fullName } from '../../support/github/world.ts';
import { progressOf, startGitHubRun, until } from '../../support/runs.ts';
import { limitTimers, namedEvents } from '../../support/summaries.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();
const acme = organisationOf(parent, { repositories: 3, pullRequests: 12 });

/** Long enough for all repositories to meet the limit, and for the pause to be seen. */
const LIMIT_SECONDS = 60;

test('while pull requests wait for a limit, the git stages of all repositories go on', async () => {
  const { server, token } = acme();
  server.setFaults([{ match: { operation: 'PullRequests' }, effect: { do: 'primary-limit', seconds: LIMIT_SECONDS } }]);
  const folder = acme().folder('git-goes-on');
  await using worker = await acme().work(folder);
  const run = await startGitHubRun(worker, 'acme', { concurrency: 3 });
  expect(await run.result()).toMatchObject({ repositories: { listed: 3, done: 3, failed: 0 } });

  for (const repository of readableRepositories(acme().world, token, 'acme')) {
    const name = fullName(repository);
    const child = worker.client.workflow.getHandle(`repo-sync/${new URL(server.webUrl).host}/${name}`);
    const events = await namedEvents(child);
    const [timer, ...more] = await limitTimers(child);
    expect(more).toEqual([]);
    const ends = ['commits', 'commit-stats', 'files-and-blame'].map((stage) => events.find(({ summary }) => summary === `${stage} of ${name}`)?.endedAt);
    for (const end of ends) expect(end).toBeLessThan(timer?.endedAt ?? 0);
    expect(events.findLast(({ summary }) => summary === `pull-requests of ${name}`)?.endedAt).toBeGreaterThan(timer?.endedAt ?? 0);
  }
  expect(sentWhileLimited(server.requests)).toEqual([]);
  await expectWorld(folder, server, { owner: 'acme', token });
});

test('a listing waits for a limit by a timer with a name, and progress tells of it', async () => {
  const { server, token } = acme();
  server.requests.length = 0;
  server.setFaults([{ match: { operation: 'repositories' }, effect: { do: 'secondary-limit', seconds: LIMIT_SECONDS, status: 429 } }]);
  const folder = acme().folder('listing');
  await using worker = await acme().work(folder);
  const run = await startGitHubRun(worker, 'acme');
  const pause = await until('progress names the pause', async () => (await progressOf(run)).pause);
  expect(pause).toEqual({ reason: expect.stringContaining("GitHub's secondary rate limit"), until: expect.any(String) });
  expect(await run.result()).toMatchObject({ repositories: { listed: 3, done: 3, failed: 0 } });

  expect(await limitTimers(run)).toMatchObject([{ summary: `rate limit: listing waits for ${pause.until}`, endedAt: expect.any(Number) }]);
  expect((await progressOf(run)).pause).toBeUndefined();
  expect(server.requests.filter(({ operation }) => operation === 'repositories')).toHaveLength(2);
  expect(sentWhileLimited(server.requests)).toEqual([]);
  await expectWorld(folder, server, { owner: 'acme', token });
});
