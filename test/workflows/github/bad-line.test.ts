import { expect, test } from 'vitest';
import { expectWorld } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { startGitHubRun } from '../../support/runs.ts';
import { tempFolder } from '../../support/temp.ts';

const acme = organisationOf(tempFolder(), { repositories: 1, pullRequests: 360 });

// Pauses that grew with each failure would add up to eight minutes.
test('a stage that gets on between its failures neither waits longer each time nor is given up', async () => {
  const { server, token } = acme();
  server.setFaults([{ match: { operation: 'PullRequests' }, effect: { do: 'reset' }, every: 2, times: 12 }]);
  const folder = acme().folder('bad-line');
  await using worker = await acme().work(folder);
  const run = await startGitHubRun(worker, 'acme');
  expect(await run.result()).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 } });
  expect(server.unmetFaults()).toEqual([]);
  await expectWorld(folder, server, { owner: 'acme', token });
});
