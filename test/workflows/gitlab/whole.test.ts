import { expect, test } from 'vitest';
import { requestCounts, sentWhileLimited, withoutNumbers } from '../../support/forge/requests.ts';
import { startTrap } from '../../support/forge/trap.ts';
import { changeMergeRequest } from '../../support/gitlab/changes.ts';
import { faultsOfEveryKind } from '../../support/gitlab/every-fault.ts';
import { expectGitLab, expectMergeRequests, expectProjects } from '../../support/gitlab/expect-gitlab.ts';
import { readableProjects, visibleProjects } from '../../support/gitlab/expected.ts';
import { userNotes } from '../../support/gitlab/rest/shapes-merge-requests.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type MergeRequest, type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { expectSameFacts } from '../../support/tables.ts';
import { tempFolder } from '../../support/temp.ts';

/** In milliseconds: it sends thousands of requests and starts hundreds of processes. */
const LIMIT = 1_800_000;

const parent = tempFolder();
const acme = groupOf(parent, { subgroups: 5, projects: 60, mergeRequests: 1_500 });
const selection = () => ({ group: 'acme', token: acme().token });

/** Has by far the most merge requests. */
function largest(): Project {
  const [project] = acme().world.projects;
  if (project === undefined) throw new Error('no project');
  return project;
}

async function syncInto(name: string): Promise<string> {
  const folder = acme().folder(name);
  const { server, world } = acme();
  server.requests.length = 0;
  await using worker = await acme().work(folder);
  const result = await runSync(worker, { provider: 'gitlab', owner: 'acme' });
  const off = world.projects.filter(({ repositoryAccess }) => repositoryAccess === 'disabled');
  expect(result.failures.toSorted((a, b) => (a.repository < b.repository ? -1 : 1))).toEqual(
    off
      .map((project) => ({ repository: projectPath(world, project), reason: 'its repository is switched off' }))
      .toSorted((a, b) => (a.repository < b.repository ? -1 : 1)),
  );
  expect(result.repositories).toEqual({ listed: 60, done: 60 - off.length, failed: off.length });
  expect(server.violations()).toEqual([]);
  return folder;
}

test('a group with every fault on the way is stored as it is, and no request is sent while limited', { timeout: LIMIT }, async () => {
  const { server } = acme();
  // A label that is given to all of them at once: more than a page with the same time.
  for (const request of largest().mergeRequests.slice(0, 130)) request.updatedAt = timeOf(Date.UTC(2024, 8, 1), 250);
  const newest = largest().mergeRequests.at(-1) as MergeRequest;
  // Not read yet by then, and at the end from then on.
  const change = () => changeMergeRequest(largest(), newest, { title: 'Changed between two pages' }, timeOf(Date.UTC(2025, 0, 1)));
  const trap = await startTrap();
  server.setFaults(faultsOfEveryKind({ large: largest().id, trap: trap.url, change }));
  const folder = await syncInto('faulty');

  expect(server.unmetFaults()).toEqual([]);
  expect(sentWhileLimited(server.requests)).toEqual([]);
  expect(trap.requests).toEqual([]);
  await trap.close();
  expectProjects(folder, server, selection());
  expectMergeRequests(folder, server, selection());
});

test('a quiet run gives the same rows, by no more requests than its projects and merge requests need', { timeout: LIMIT }, async () => {
  const { server, world } = acme();
  server.setFaults([]);
  const folder = await syncInto('quiet');

  const projects = readableProjects(world, selection());
  const open = projects.filter(({ mergeRequestsAccess }) => mergeRequestsAccess !== 'disabled');
  const merges = open.flatMap(({ mergeRequests }) => mergeRequests);
  const off = projects.length - open.length;
  expect(visibleProjects(world, selection())).toHaveLength(60);
  expect(merges).toHaveLength(1_500);
  const { 'GET /projects/:id/merge_requests': pages, ...counts } = requestCounts(server.requests, withoutNumbers);
  expect(counts).toEqual({
    'GET /groups/acme/projects': 1,
    'GET /groups/acme/merge_requests': 1,
    'GET /projects/:id/merge_requests/:id/approvals': merges.length,
    'GET /projects/:id/merge_requests/:id': merges.filter(({ diff }) => diff !== null).length,
    'GET /projects/:id/merge_requests/:id/notes': merges.filter((request) => userNotes(request).length > 0).length,
    // Whether merge requests are switched off, or the token mayn't see them.
    'GET /projects/:id': off,
    // What it can do, its refs, and a pack, which an empty one lacks. Git shows no password before it's asked for one.
    git: sum(projects.map((project) => (project.empty ? 2 : 3) + Number(isHidden(project)))),
  });
  // One per 100; those with the same time as the end of a page come twice.
  const least = sum(open.map(({ mergeRequests }) => Math.max(1, Math.ceil(mergeRequests.length / 100)))) + off;
  expect(pages).toBeGreaterThanOrEqual(least);
  expect(pages).toBeLessThanOrEqual(least + 4);
  await expectGitLab(folder, server, selection());
  expectSameFacts(`${parent}/faulty`, folder);
});

const isHidden = ({ visibility, repositoryAccess }: Project) => visibility !== 'public' || repositoryAccess !== 'enabled';
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
