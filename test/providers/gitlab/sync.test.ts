import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgSyncInput } from '../../../src/model/input.ts';
import { changeMergeRequest, comment, deleteProject, moveProject, pushRefs } from '../../support/gitlab/changes.ts';
import { type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { byKey, expectedRows, storedRequests, storedReviews } from './support.ts';
import { type SyncedLab, startSyncedLab } from './synced-lab.ts';

let lab: SyncedLab;
let count = 0;

beforeEach(async () => {
  lab = await startSyncedLab({ seed: ++count });
});
afterEach(() => lab.end());

const sync = (options: Partial<OrgSyncInput> = {}) => runSync(lab.worker, { provider: 'gitlab', owner: lab.made.group, ...options });

function expectAll(selection = { group: lab.made.group }): void {
  const { requests, reviews } = expectedRows(lab.gitlab, { token: lab.made.tokens.personal, ...selection });
  expect(byKey(storedRequests(lab.database))).toEqual(byKey(requests));
  expect(byKey(storedReviews(lab.database))).toEqual(byKey(reviews));
}

const requests = (kind: 'rest' | 'git') =>
  lab.gitlab.requests.filter((request) => request.kind === kind).map(({ path, query }) => `${path} ${JSON.stringify(query)}`);
const projectNamed = (fits: (project: Project) => boolean) =>
  lab.made.world.projects.find((project) => project.namespace.kind === 'group' && fits(project)) as Project;

describe('a group', () => {
  it('is synced with its subgroups, merge requests and approvals', async () => {
    const { failures } = await sync();
    expect(failures.map(({ reason }) => reason)).toEqual(['its repository is switched off']);
    expectAll();
  });

  it('costs a request per 50 projects and one for merge requests where nothing is new, and no git', async () => {
    await sync();
    lab.gitlab.requests.length = 0;
    await sync();
    expect(requests('git')).toEqual([]);
    expect(requests('rest')).toHaveLength(2);
  });

  it('brings what changed, and asks nothing of the other projects', async () => {
    await sync();
    const project = projectNamed(({ mergeRequests }) => mergeRequests.some(({ state }) => state === 'opened') && mergeRequests.length > 5);
    const open = project.mergeRequests.find(({ state }) => state === 'opened');
    if (open === undefined) throw new Error('no open merge request');
    const at = timeOf(Date.UTC(2025, 5, 1));
    changeMergeRequest(project, open, { state: 'closed', closedAt: at, title: 'Closed now' }, at);
    const other = project.mergeRequests.find(({ state }) => state === 'merged');
    if (other !== undefined) comment(project, other, lab.made.world.users[0]?.id ?? 0, 'late', timeOf(Date.UTC(2025, 5, 2)));
    lab.gitlab.requests.length = 0;
    await sync();
    expectAll();
    expect(requests('rest').filter((line) => line.includes('/merge_requests') && line.includes('/projects/') && !line.includes(String(project.id)))).toEqual(
      [],
    );
  });

  it('sees a push to a project that was quiet, and one to a project that had just been active', async () => {
    await sync();
    const project = projectNamed(({ empty, repositoryAccess }) => !empty && repositoryAccess === 'enabled');
    const head = lab.database.query('select head_hash from repos where provider_id = ?', String(project.id))[0]?.['head_hash'];
    pushRefs(project, { 'refs/heads/new-one': String(head) });
    await sync();
    expect(lab.database.query("select name from git_refs where name = 'new-one'")).toHaveLength(1);
    // Within GitLab's hour: the time of activity stays.
    pushRefs(project, { 'refs/heads/new-two': String(head) }, project.lastActivityAt);
    await sync();
    expect(lab.database.query("select name from git_refs where name = 'new-two'")).toHaveLength(1);
  });

  it('keeps the row of a project that moved, and marks one that is gone', async () => {
    await sync();
    const moved = projectNamed(({ mergeRequests }) => mergeRequests.length > 0);
    const gone = projectNamed((project) => project !== moved && project.repositoryAccess === 'enabled');
    moveProject(lab.made.world, moved, { path: 'moved-here' });
    deleteProject(lab.made.world, gone);
    await sync();
    const row = (project: Project) => lab.database.query('select repo, removed_at from repos where provider_id = ?', String(project.id));
    expect(row(moved)).toEqual([{ repo: projectPath(lab.made.world, moved), removed_at: null }]);
    expect(row(gone)[0]?.['removed_at']).not.toBeNull();
  });
});

describe('what else can be synced', () => {
  it('a user, whose projects are in no group', async () => {
    const { repositories } = await sync({ owner: lab.made.user });
    expect(repositories).toMatchObject({ done: 2, failed: 0 });
    const { requests: rows } = expectedRows(lab.gitlab, { token: lab.made.tokens.personal, user: lab.made.user });
    expect(byKey(storedRequests(lab.database))).toEqual(byKey(rows));
  });

  it('a single project', async () => {
    const path = projectPath(
      lab.made.world,
      projectNamed(({ mergeRequests }) => mergeRequests.length > 0),
    );
    expect((await sync({ owner: path })).repositories).toMatchObject({ done: 1, failed: 0 });
    expect(lab.database.query('select repo from repos')).toEqual([{ repo: path }]);
  });

  it('projects that are shared with the group, when asked for', async () => {
    await sync({ stages: ['pull-requests'], includeShared: true, pattern: 'partners/*' });
    expect(lab.database.query('select repo from repos')).toEqual([{ repo: 'partners/project-000' }]);
    const shared = lab.made.world.projects.find(({ sharedWith }) => sharedWith.length > 0) as Project;
    const [request] = shared.mergeRequests;
    if (request !== undefined) changeMergeRequest(shared, request, { title: 'Changed' }, timeOf(Date.UTC(2025, 5, 1)));
    await sync({ stages: ['pull-requests'], includeShared: true, pattern: 'partners/*' });
    expect(lab.database.query("select title from git_pull_requests where title = 'Changed'")).toHaveLength(1);
  });

  it('nobody, which is told', async () => {
    await expect(sync({ owner: 'nobody' })).rejects.toMatchObject({ cause: { message: expect.stringMatching(/no group, user or project 'nobody'/) } });
  });
});
