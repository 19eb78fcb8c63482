import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { BOUNDS } from '../../../src/http/service.ts';
import type { OrgSyncInput } from '../../../src/model/input.ts';
import type { RepositoryPage } from '../../../src/model/repository.ts';
import { openGitLab } from '../../../src/providers/gitlab/api.ts';
import { changedProjects } from '../../../src/providers/gitlab/listing/changes.ts';
import { visibleProjects } from '../../support/gitlab/expected.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from '../../support/gitlab/make-world.ts';
import { type GitLab, startGitLab } from '../../support/gitlab/server.ts';
import { type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { tempFolder } from '../../support/temp.ts';
import { sourceWith } from './support.ts';

let made: MadeGitLabWorld;
let gitlab: GitLab;
let projects: Project[];
beforeAll(() => {
  made = makeGitLabWorld({ folder: tempFolder(), projects: 5, mergeRequests: 10 });
  const [pattern, user] = [made.world.projects[0], made.world.users.find(({ username }) => username === made.user)];
  if (pattern === undefined || user === undefined) throw new Error('the world is empty');
  const copies = (count: number, firstId: number, namespace: Project['namespace']) =>
    Array.from({ length: count }, (_, index) => ({ ...pattern, id: firstId + index, path: `copy-${firstId + index}`, namespace, mergeRequests: [] }));
  made.world.projects.push(...copies(245, 5_000_000, pattern.namespace), ...copies(150, 6_000_000, { kind: 'user', id: user.id }));
});
beforeEach(async () => {
  projects = [...made.world.projects];
  gitlab = await startGitLab(made.world);
});
afterEach(async () => {
  made.world.projects = projects;
  expect(gitlab.violations()).toEqual([]);
  await gitlab.close();
});

const { signal } = new AbortController();

async function listAll(input: Partial<OrgSyncInput>, between: (page: RepositoryPage) => void = () => undefined): Promise<RepositoryPage[]> {
  const source = sourceWith(gitlab, made.tokens.personal);
  const pages: RepositoryPage[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await source.list({ provider: 'gitlab', owner: made.group, ...input }, after, signal);
    pages.push(page);
    after = page.next;
    between(page);
  }
  return pages;
}
const names = (pages: readonly RepositoryPage[]) =>
  pages.flatMap(({ repositories, refused }) => [...repositories, ...refused].map(({ name }) => name)).toSorted();
const expected = (selection: { group?: string; user?: string }) =>
  visibleProjects(made.world, { token: made.tokens.personal, ...selection })
    .map((project) => projectPath(made.world, project))
    .toSorted();

it('lists all projects of a group and its subgroups, each once', async () => {
  const pages = await listAll({});
  expect(names(pages)).toEqual(expected({ group: made.group }));
  expect(pages).toHaveLength(3);
  expect(gitlab.requests).toHaveLength(5);
});

it("lists a user's projects, each once, by their ids", async () => {
  const pages = await listAll({ owner: made.user });
  expect(names(pages)).toEqual(expected({ user: made.user }));
  // One that finds no such group, and two pages.
  expect(gitlab.requests).toHaveLength(3);
});

it('leaves out none where projects before a page were removed meanwhile', async () => {
  let removed = false;
  const pages = await listAll({}, () => {
    if (removed) return;
    removed = true;
    for (const project of made.world.projects.filter(({ id }) => id >= 5_000_000 && id < 5_000_003))
      made.world.projects = made.world.projects.filter((one) => one !== project);
  });
  expect(names(pages)).toEqual(expect.arrayContaining(expected({ group: made.group })));
  expect(new Set(names(pages)).size).toBe(names(pages).length);
});

it('covers all projects between the first and the last, so that those that are gone are known', async () => {
  const pages = await listAll({ pattern: 'nothing/*' });
  expect(names(pages)).toEqual([]);
  const covered = pages.flatMap(({ covers }) => covers?.providerIds ?? []);
  expect(new Set(covered).size).toBe(visibleProjects(made.world, { token: made.tokens.personal, group: made.group }).length);
  expect(pages.map(({ covers }) => [covers?.after === undefined, covers?.upTo === undefined])).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
});

it('trusts the time of the last activity only where it is more than an hour old', async () => {
  const [quiet, active] = made.world.projects.filter(({ id }) => id >= 5_000_000) as [Project, Project];
  const before = { ...active };
  active.lastActivityAt = timeOf(Date.now() - 59 * 60_000);
  const found = (await listAll({})).flatMap(({ repositories }) => repositories);
  const probe = ({ id }: Project) => found.find(({ hosted }) => hosted?.providerId === String(id))?.probe?.git;
  expect([probe(quiet) === undefined, probe(active)]).toEqual([false, undefined]);
  Object.assign(active, before);
});

it('leaves out forks and archived projects when told, and takes what a pattern over the full path fits', async () => {
  const all = visibleProjects(made.world, { token: made.tokens.personal, group: made.group });
  const kept = all.filter(({ archived, forkedFrom }) => !archived && forkedFrom === null).map((project) => projectPath(made.world, project));
  expect(names(await listAll({ includeForks: false, includeArchived: false }))).toEqual(kept.toSorted());
  expect(names(await listAll({ pattern: `${made.group}/*/*` }))).toEqual(expected({ group: made.group }).filter((name) => name.split('/').length > 2));
});

it('tells which projects of a group have merge requests that changed', async () => {
  const source = sourceWith(gitlab, made.tokens.personal);
  const input = { provider: 'gitlab', owner: made.group } as const;
  const first = await source.changedPullRequests?.(input, null, signal);
  expect(first?.changed).toBeNull();
  expect(await source.changedPullRequests?.(input, first?.asOf ?? '', signal)).toEqual({ since: first?.asOf, asOf: first?.asOf, changed: [] });
  const project = made.world.projects.find(({ mergeRequests }) => mergeRequests.length > 0) as Project;
  const request = project.mergeRequests[0];
  if (request === undefined) throw new Error('no merge request');
  const before = request.updatedAt;
  request.updatedAt = timeOf(Date.UTC(2025, 1, 2));
  expect(await source.changedPullRequests?.(input, first?.asOf ?? '', signal)).toMatchObject({
    asOf: '2025-02-02T00:00:00.001Z',
    changed: [String(project.id)],
  });
  request.updatedAt = before;
  expect(await source.changedPullRequests?.({ ...input, owner: made.user }, null, signal)).toBeUndefined();
});

it('tells nothing of changes whose texts are more than is read at once', async () => {
  const project = made.world.projects.find(({ mergeRequests }) => mergeRequests.length > 0) as Project;
  const long = { description: 'x'.repeat(50_000), updatedAt: timeOf(Date.UTC(2025, 1, 2)) };
  const { mergeRequests } = project;
  project.mergeRequests = mergeRequests.map((request) => ({ ...request, ...long }));
  const bounds = { ...BOUNDS, maxBytes: 70_000 };
  const opened = openGitLab({ url: gitlab.url, token: made.tokens.personal, variable: 'GITLAB_TOKEN' }, { bounds });
  const since = timeOf(Date.UTC(2025, 1, 1));
  expect(await changedProjects(opened, made.group, since, signal)).toEqual({ since, asOf: '2025-02-02T00:00:00.001Z', changed: null });
  project.mergeRequests = mergeRequests;
});

it.each(['..', '.', 'acme/..'])('refuses what leads elsewhere in an address as owner: %s', async (owner) => {
  await expect(listAll({ owner })).rejects.toThrow(`owner: '${owner}' can't be the path of a group, user or project`);
  expect(gitlab.requests).toEqual([]);
});

it('refuses a number as owner, which GitLab would take for an id: whose group that is shows in no path', async () => {
  const owner = String(made.world.groups[0]?.id);
  await expect(listAll({ owner })).rejects.toThrow(`owner: '${owner}' is a number, which GitLab takes for an id: write the full path`);
});
