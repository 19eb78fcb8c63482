import { expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type Project, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const acme = groupOf(tempFolder(), { projects: 4, mergeRequests: 24 });

test('a project that is synced while it is imported has all of its merge requests, with the times they had, once it is whole', async () => {
  const { server, world } = acme();
  const folder = acme().folder('imported');
  await using worker = await acme().work(folder);
  const sync = () => runSync(worker, { provider: 'gitlab', owner: 'acme', stages: ['pull-requests'] });
  const project = world.projects.find(({ namespace, mergeRequests }) => namespace.kind === 'group' && mergeRequests.length > 2) as Project;
  const { mergeRequests } = project;
  // Older than those that came first, and than others'.
  for (const request of mergeRequests.slice(1)) request.updatedAt = timeOf(Date.UTC(2020, 0, 1), request.iid);
  const stored = () => query(folder, 'select number from git_pull_requests join repos on id = repo_id where provider_id = ?', String(project.id));

  project.importStatus = 'started';
  project.mergeRequests = mergeRequests.slice(0, 1);
  await sync();
  expect(stored()).toHaveLength(1);
  project.mergeRequests = mergeRequests.slice(0, 2);
  await sync();
  expect(stored()).toHaveLength(2);
  project.importStatus = 'finished';
  project.mergeRequests = mergeRequests;
  await sync();
  expect(stored()).toHaveLength(mergeRequests.length);
  server.requests.length = 0;
  await sync();
  expect(server.requests).toHaveLength(2);
  expect(server.violations()).toEqual([]);
});
