import { beforeAll, expect, test } from 'vitest';
import type { Stage } from '../../../src/model/stages.ts';
import { query } from '../../support/database.ts';
import { copyTemplate } from '../../support/forge/bare-repositories.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { requestCounts, withoutNumbers } from '../../support/forge/requests.ts';
import { gitText } from '../../support/git.ts';
import { approve, changeMergeRequest, comment, deleteProject, moveProject, pushRefs } from '../../support/gitlab/changes.ts';
import { expectMergeRequests } from '../../support/gitlab/expect-gitlab.ts';
import { readableProjects } from '../../support/gitlab/expected.ts';
import { userNotes } from '../../support/gitlab/rest/shapes-merge-requests.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type MergeRequest, type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { lastWrites } from '../../support/tables.ts';
import { tempFolder } from '../../support/temp.ts';

const STAGES: Stage[] = ['commits', 'pull-requests'];

/** One for the list of 60 projects (1 per 50 are allowed), one for all of their merge requests. */
const QUIET = { 'GET /groups/acme/projects': 1, 'GET /groups/acme/merge_requests': 1 };

/** One request where nothing is new: what it can do and its refs. */
const ASKED = 2;
/** And the pack. */
const FETCHED = 3;

/** What the first sync of all may take. */
const FIRST_SYNC_MS = 900_000;

const parent = tempFolder();
const acme = groupOf(parent, { subgroups: 5, projects: 60, mergeRequests: 240 });
let folder: string;
beforeAll(async () => {
  folder = acme().folder('again');
  await sync();
}, FIRST_SYNC_MS);

/** Syncs, and tells what it cost. */
async function sync(): Promise<Record<string, number>> {
  const { server, world, token } = acme();
  server.requests.length = 0;
  await using worker = await acme().work(folder);
  const { repositories, failures } = await runSync(worker, { provider: 'gitlab', owner: 'acme', stages: STAGES });
  expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['its repository is switched off']));
  expect(repositories.done).toBe(readableProjects(world, { group: 'acme', token }).length);
  expect(server.violations()).toEqual([]);
  return requestCounts(server.requests, withoutNumbers);
}

/** Times of change after all that the world begins with, each later than the one before. */
let hours = 0;
const later = () => timeOf(Date.UTC(2025, 0, 1, ++hours), hours);

/** Another public project each time, with merge requests of which one is open and has no comment. */
const used = new Set<Project>();
function another(): Project {
  const found = acme().world.projects.find((project) => !used.has(project) && isPlain(project));
  if (found === undefined) throw new Error('no project is left');
  used.add(found);
  return found;
}

const isPlain = ({ namespace, visibility, repositoryAccess, mergeRequestsAccess, archived, mergeRequests }: Project) =>
  namespace.kind === 'group' &&
  acme().world.groups.some(({ id, visibility: most }) => id === namespace.id && most === 'public') &&
  [visibility, repositoryAccess, mergeRequestsAccess].join() === 'public,enabled,enabled' &&
  !archived &&
  mergeRequests.some(isQuietOpen);

const isQuietOpen = (request: MergeRequest) => request.state === 'opened' && userNotes(request).length === 0;
const openOf = ({ mergeRequests }: Project) => mergeRequests.find(isQuietOpen) as MergeRequest;

interface Stored {
  id: string;
  repo: string;
  head_hash: string;
  removed_at: string | null;
}

const stored = ({ id }: Project): Stored =>
  query<Stored>(folder, 'select id, repo, head_hash, removed_at from repos where provider_id = ?', String(id))[0] ?? {
    id: '',
    repo: '',
    head_hash: '',
    removed_at: '',
  };

/** All rows of a project but its own. */
function factsOf({ id }: Stored): object[] {
  return ['git_refs', 'git_commits', 'git_pull_requests', 'git_pull_request_reviews'].flatMap((table) =>
    query(folder, `select * from ${table} where repo_id = ?`, id),
  );
}

function expectAllMergeRequests(): void {
  expectMergeRequests(folder, acme().server, { group: 'acme', token: acme().token });
}

/**
 * What a merge request that changed costs: the project's page; its stored open ones that weren't on it, by number;
 * approvals; the commits of its diff; where there are comments, the first of them. And git is asked, as activity is all that GitLab tells.
 */
const changed = (project: Project, request: MergeRequest) => {
  const others = project.mergeRequests.some((other) => other !== request && (other.state === 'opened' || other.state === 'locked'));
  return {
    ...QUIET,
    'GET /projects/:id/merge_requests': 1 + Number(others),
    'GET /projects/:id/merge_requests/:id/approvals': 1,
    ...(request.diff !== null && { 'GET /projects/:id/merge_requests/:id': 1 }),
    ...(userNotes(request).length > 0 && { 'GET /projects/:id/merge_requests/:id/notes': 1 }),
    git: ASKED,
  };
};

test('a second sync with nothing new asks for the lists alone, nothing of git, and writes no row', async () => {
  expectAllMergeRequests();
  const before = lastWrites(folder);
  expect(await sync()).toEqual(QUIET);
  expect(lastWrites(folder)).toEqual(before);
});

test('a push costs a fetch', async () => {
  const project = another();
  const branch = `refs/heads/${project.defaultBranch}`;
  const head = gitText(project.folder, ['commit-tree', `${branch}^{tree}`, '-p', branch, '-m', 'Pushed']);
  pushRefs(project, { [branch]: head }, later());
  expect(await sync()).toEqual({ ...QUIET, git: FETCHED });
  expect(stored(project).head_hash).toBe(head);
  expect(query(folder, 'select hash from git_commits where repo_id = ? and hash = ?', stored(project).id, head)).toHaveLength(1);
  expect(await sync()).toEqual(QUIET);
});

test.for([
  ['changes', (project: Project, request: MergeRequest) => changeMergeRequest(project, request, { title: 'Another title' }, later())],
  [
    'is merged',
    (project: Project, request: MergeRequest) => changeMergeRequest(project, request, { state: 'merged', mergedAt: timeOf(Date.UTC(2025, 0, 1)) }, later()),
  ],
  ['is approved', (project: Project, request: MergeRequest) => approve(project, request, acme().world.users.at(-1)?.id ?? 0, later())],
  ['is commented on', (project: Project, request: MergeRequest) => comment(project, request, acme().world.users[0]?.id ?? 0, 'A word', later())],
] as const)('a merge request that %s costs itself', async ([, happen]) => {
  const project = another();
  const request = openOf(project);
  const others = lastWrites(folder, stored(project).id);
  happen(project, request);
  expect(await sync()).toEqual(changed(project, request));
  expectAllMergeRequests();
  const { git_refs, git_commits } = lastWrites(folder, stored(project).id);
  expect({ git_refs, git_commits }).toEqual({ git_refs: others['git_refs'], git_commits: others['git_commits'] });
  expect(await sync()).toEqual(QUIET);
});

test('one that is renamed, and one that moves to another subgroup, keep row, id and facts, and git is asked under their new paths', async () => {
  const [renamed, moved] = [another(), another()];
  const before = [renamed, moved].map(stored);
  const facts = before.map(factsOf);
  const target = acme().world.groups.find(({ id, parentId, visibility }) => parentId !== null && id !== moved.namespace.id && visibility === 'public');
  moveProject(acme().world, renamed, { path: 'another-name' });
  moveProject(acme().world, moved, { namespace: { kind: 'group', id: target?.id ?? 0 } });
  expect(await sync()).toEqual({ ...QUIET, git: 2 * ASKED });
  expect(await sync()).toEqual(QUIET);
  expect([renamed, moved].map(stored)).toEqual([renamed, moved].map((project, index) => ({ ...before[index], repo: projectPath(acme().world, project) })));
  expect(before.map(factsOf)).toEqual(facts);
});

test('one that is deleted is noted as removed, with all of its rows, and once', async () => {
  const gone = another();
  const before = stored(gone);
  const facts = factsOf(before);
  deleteProject(acme().world, gone);
  expect(await sync()).toEqual(QUIET);
  expect(stored(gone)).toEqual({ ...before, removed_at: expect.any(String) });
  expect(factsOf(before)).toEqual(facts);
  const noted = lastWrites(folder);
  expect(await sync()).toEqual(QUIET);
  expect(lastWrites(folder)).toEqual(noted);
});

test('a new one costs a clone and its merge requests', async () => {
  const pattern = another();
  const id = 99_000_000;
  // Their commits are in the other one's repository.
  const own = (index: number) => ({ id: id + index, diff: null, notes: [], approvals: [] });
  const mergeRequests = pattern.mergeRequests.slice(0, 2).map((request, index) => ({ ...structuredClone(request), ...own(index) }));
  const project: Project = {
    ...structuredClone(pattern),
    id,
    path: 'brand-new',
    formerPaths: [],
    folder: `${parent}/brand-new.git`,
    createdAt: later(),
    mergeRequests,
  };
  const [history] = acme().histories;
  if (history === undefined) throw new Error('no history');
  copyTemplate(history, project.folder, project.defaultBranch, new Map([[`refs/heads/${project.defaultBranch}`, history.hashes.at(-1) ?? '']]));
  acme().world.projects.push(project);
  expect(await sync()).toEqual({
    ...QUIET,
    'GET /projects/:id/merge_requests': 1,
    'GET /projects/:id/merge_requests/:id/approvals': mergeRequests.length,
    git: FETCHED,
  });
  expect(stored(project)).toMatchObject({
    repo: projectPath(acme().world, project),
    head_hash: readRefs(project.folder).get(`refs/heads/${project.defaultBranch}`),
  });
  expect(await sync()).toEqual(QUIET);
});
