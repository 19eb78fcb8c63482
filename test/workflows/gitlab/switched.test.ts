import { expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type Project, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const acme = groupOf(tempFolder(), { projects: 8, mergeRequests: 24 });

test("merge requests that were switched off when a group was synced first, or since, are there when they're on", async () => {
  const { server, world } = acme();
  const folder = acme().folder('switched');
  await using worker = await acme().work(folder);
  const sync = (full = false) => runSync(worker, { provider: 'gitlab', owner: 'acme', stages: ['pull-requests'], full });
  const stored = ({ id }: Project) => query(folder, 'select * from git_pull_requests join repos on id = repo_id where provider_id = ?', String(id)).length;
  const isUsed = ({ namespace, repositoryAccess, mergeRequestsAccess, mergeRequests }: Project) =>
    namespace.kind === 'group' && repositoryAccess === 'enabled' && mergeRequestsAccess === 'enabled' && mergeRequests.some(({ state }) => state === 'opened');
  const [first, since] = world.projects.filter(isUsed) as [Project, Project];
  // Older than others': else they would be found as changed.
  for (const { mergeRequests } of [first, since]) for (const request of mergeRequests) request.updatedAt = timeOf(Date.UTC(2020, 0, 1), request.iid);
  first.mergeRequestsAccess = 'disabled';
  await sync();
  expect(stored(first)).toBe(0);
  first.mergeRequestsAccess = 'enabled';
  await sync();
  expect(stored(first)).toBe(first.mergeRequests.length);
  since.mergeRequestsAccess = 'disabled';
  await sync(true);
  server.requests.length = 0;
  await sync();
  // That they're off costs nothing more.
  expect(server.requests).toHaveLength(2);
  since.mergeRequestsAccess = 'enabled';
  await sync();
  expect(stored(since)).toBe(since.mergeRequests.length);
  expect(server.violations()).toEqual([]);
});

test('merge requests that were off just as they were read, and on again before the next listing, are read then', async () => {
  const { server, world } = acme();
  const folder = acme().folder('between');
  await using worker = await acme().work(folder);
  const sync = () => runSync(worker, { provider: 'gitlab', owner: 'acme', stages: ['pull-requests'] });
  const project = world.projects.find(({ namespace, mergeRequests }) => namespace.kind === 'group' && mergeRequests.length > 2) as Project;
  const off = () => {
    project.mergeRequestsAccess = 'disabled';
  };
  server.setFaults([{ match: { path: /^\/groups\/acme\/merge_requests$/ }, effect: { do: 'change', change: off } }]);
  await sync();
  project.mergeRequestsAccess = 'enabled';
  await sync();
  const stored = query(folder, 'select number from git_pull_requests join repos on id = repo_id where provider_id = ?', String(project.id));
  expect(stored).toHaveLength(project.mergeRequests.length);
  expect(server.unmetFaults()).toEqual([]);
});
