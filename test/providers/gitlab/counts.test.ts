import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgSyncInput } from '../../../src/model/input.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { gitText } from '../../support/git.ts';
import { changeMergeRequest, pushRefs } from '../../support/gitlab/changes.ts';
import { type MergeRequest, type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { byKey, expectedRows, storedRequests } from './support.ts';
import { type SyncedLab, startSyncedLab } from './synced-lab.ts';

let lab: SyncedLab;

beforeEach(async () => {
  lab = await startSyncedLab({ projects: 2, mergeRequests: 24 });
});
afterEach(() => lab.end());

/** Syncs and says what it asked of the host. */
async function sync(options: Partial<OrgSyncInput> = {}) {
  lab.gitlab.requests.length = 0;
  expect((await runSync(lab.worker, { provider: 'gitlab', owner: lab.made.group, ...options })).failures).toEqual([]);
  const of = (kind: 'git' | 'rest') => lab.gitlab.requests.filter((request) => request.kind === kind).map(({ path }) => path);
  return { git: of('git'), rest: of('rest') };
}

function expectAll(selection: { group: string } | { user: string } = { group: lab.made.group }): void {
  const { requests } = expectedRows(lab.gitlab, { token: lab.made.tokens.personal, ...selection });
  expect(byKey(storedRequests(lab.database))).toEqual(byKey(requests));
}

const projectOf = (kind: 'group' | 'user') =>
  lab.made.world.projects.find(({ namespace, mergeRequests }) => namespace.kind === kind && mergeRequests.length > 2) as Project;

/** A push to the source branch in a fork: commits that the project didn't have, and its own time of activity stays as it is. */
function pushToFork(project: Project, day: number): MergeRequest {
  const request = project.mergeRequests.find(({ diff }) => diff !== null) as MergeRequest;
  const { lastActivityAt } = project;
  const { base = '', head: before = '' } = request.diff ?? {};
  const head = gitText(project.folder, ['commit-tree', '-m', `Pushed on day ${day}`, '-p', before, `${day % 2 === 0 ? base : 'HEAD'}^{tree}`]);
  pushRefs(project, { [`refs/merge-requests/${request.iid}/head`]: head }, lastActivityAt);
  changeMergeRequest(project, request, { diff: { base, start: base, head } }, timeOf(Date.UTC(2025, 0, day)));
  project.lastActivityAt = lastActivityAt;
  return request;
}

describe('lines of merge requests', () => {
  it('are exact after a push that git of the project knows nothing of, also where its clone is gone', async () => {
    await sync();
    expectAll();
    const project = projectOf('group');
    pushToFork(project, 1);
    const { git } = await sync();
    expectAll();
    expect(git.length).toBeGreaterThan(0);
    expect(git.every((path) => path.includes(`/${projectPath(lab.made.world, project)}.git/`))).toBe(true);
    rmSync(join(lab.folder, 'home/clones'), { recursive: true });
    pushToFork(project, 2);
    await sync();
    expectAll();
  });

  it('cost projects of a user no git where nothing is new, and are exact where something is', async () => {
    await sync({ owner: lab.made.user });
    expectAll({ user: lab.made.user });
    expect((await sync({ owner: lab.made.user })).git).toEqual([]);
    pushToFork(projectOf('user'), 1);
    expect((await sync({ owner: lab.made.user })).git.length).toBeGreaterThan(0);
    expectAll({ user: lab.made.user });
    expect((await sync({ owner: lab.made.user })).git).toEqual([]);
  });

  it('are left by a sync of merge requests alone to the next one with a clone, and then nothing is new', async () => {
    expect((await sync({ stages: ['pull-requests'] })).git).toEqual([]);
    expect(storedRequests(lab.database).every(({ changedFiles }) => changedFiles === null)).toBe(true);
    await sync();
    expectAll();
    const { git, rest } = await sync();
    expect(git).toEqual([]);
    expect(rest).toHaveLength(2);
  });

  it('stay what they were where all merge requests are read again without a clone, but of one that has changed', async () => {
    await sync();
    const before = byKey(storedRequests(lab.database));
    const project = projectOf('group');
    const changed = pushToFork(project, 1);
    expect((await sync({ full: true, stages: ['pull-requests'] })).git).toEqual([]);
    const lost = byKey(storedRequests(lab.database)).filter(({ changedFiles }, place) => changedFiles !== before[place]?.changedFiles);
    expect(lost).toMatchObject([{ number: changed.iid, additions: null, deletions: null, changedFiles: null }]);
    await sync();
    expectAll();
  });

  it('stay what they were where GitLab has removed the commits since', async () => {
    await sync();
    for (const project of lab.made.world.projects) {
      const refs = [...readRefs(project.folder).keys()].filter((name) => /^refs\/(merge-requests|keep-around)\//.test(name));
      pushRefs(project, Object.fromEntries(refs.map((name) => [name, null])), project.lastActivityAt);
      gitText(project.folder, ['gc', '--quiet', '--prune=now']);
    }
    rmSync(join(lab.folder, 'home/clones'), { recursive: true });
    const before = byKey(storedRequests(lab.database));
    await sync({ full: true });
    expect(byKey(storedRequests(lab.database))).toEqual(before);
  });
});

describe('refs of merge requests', () => {
  it('are no refs of the project, and a new one is nothing new for the other stages', async () => {
    await sync();
    const project = projectOf('group');
    const [repo] = lab.database.query('select id from repos where provider_id = ?', String(project.id));
    const stored = () =>
      lab.database.query('select full_name from git_refs where repo_id = ? order by full_name', String(repo?.['id'])).map((row) => row['full_name']);
    const own = [...readRefs(project.folder).keys()].filter((name) => /^refs\/(heads|tags)\//.test(name)).toSorted();
    expect(stored()).toEqual(own);
    const began = () => lab.database.query('select stage, cursor, head_hash from sync_state where repo_id = ? order by stage', String(repo?.['id']));
    const digests = () => began().map(({ stage, cursor }) => [stage, JSON.parse(String(cursor)).digest]);
    const before = digests();
    pushRefs(project, { 'refs/merge-requests/999/head': readRefs(project.folder).get(own[0] ?? '') ?? '' });
    expect((await sync()).git.length).toBeGreaterThan(0);
    expect(stored()).toEqual(own);
    expect(digests()).toEqual(before);
  });
});
