import { expect, test } from 'vitest';
import { killWhileLimited } from '../../support/forge/killed-while-limited.ts';
import { expectWorld } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { startGitHubRun } from '../../support/runs.ts';
import { tempFolder } from '../../support/temp.ts';
import { workerCommands } from '../../support/worker-commands.ts';

const parent = tempFolder();
const workers = workerCommands();
const acme = organisationOf(parent, { repositories: 1, pullRequests: 150 });

/** The git stages, which go on meanwhile, have to end before, and the worker to be killed. */
const LIMIT_SECONDS = 60;
const PULLS = { kind: 'graphql', operation: 'PullRequests' } as const;

test('a worker killed while a limit is waited for: the timer goes on, and the next worker resumes at the page that was refused', async () => {
  const { server, token } = acme();
  server.setFaults([{ match: PULLS, after: 3, effect: { do: 'primary-limit', seconds: LIMIT_SECONDS } }]);
  const folder = acme().folder('killed');
  await killWhileLimited(workers, {
    server,
    folder,
    settings: { GITHUB_URL: server.apiUrl, GITHUB_TOKEN: token },
    start: startGitHubRun,
    child: `repo-sync/${new URL(server.webUrl).host}/acme/repo-000`,
    reason: "GitHub's primary rate limit of GraphQL",
  });

  const pages = server.requests.filter(({ operation }) => operation === 'PullRequests');
  const answered = pages.filter(({ limited }) => limited !== true).map(({ body }) => (body as { variables: { after: unknown } }).variables.after);
  expect(answered).toHaveLength(6);
  expect(new Set(answered).size).toBe(6);
  expect(pages).toHaveLength(7);
  await expectWorld(folder, server, { owner: 'acme', token });
});
