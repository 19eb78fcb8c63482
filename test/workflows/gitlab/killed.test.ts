import { expect, test } from 'vitest';
import { killWhileLimited } from '../../support/forge/killed-while-limited.ts';
import { expectGitLab } from '../../support/gitlab/expect-gitlab.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { startGitLabRun } from '../../support/runs.ts';
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
  await killWhileLimited(workers, {
    server,
    folder,
    settings: { GITLAB_URL: server.url, GITLAB_TOKEN: token },
    start: startGitLabRun,
    child: `repo-sync/${new URL(server.url).host}/acme/project-000`,
    reason: "GitLab's rate limit",
  });

  const approvals = server.requests.filter(({ path }) => APPROVALS.path.test(path)).map(({ path }) => path);
  // The one that the limit met is asked for again, and none before it.
  expect(approvals).toHaveLength(120 + 1);
  expect(new Set(approvals).size).toBe(120);
  expect(approvals[READ + 1]).toBe(approvals[READ]);
  await expectGitLab(folder, server, { group: 'acme', token });
});
