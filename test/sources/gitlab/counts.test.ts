import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgSyncInput } from '../../../src/model/input.ts';
import type { SqliteTestDatabase } from '../../stores/sqlite-database.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { gitText } from '../../support/git.ts';
import { changeMergeRequest, pushRefs } from '../../support/gitlab/changes.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from '../../support/gitlab/make-world.ts';
import { type GitLab, startGitLab } from '../../support/gitlab/server.ts';
import { type MergeRequest, type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';
import { startTestWorker, type TestWorker } from '../../support/worker.ts';
import { byKey, expectedRows, sourceWith, storedRequests } from './support.ts';

let made: MadeGitLabWorld;
let gitlab: GitLab;
let worker: TestWorker;
let database: Pick<SqliteTestDatabase, 'query'>;
let folder: string;

beforeEach(async () => {
  folder = tempFolder();
  made = makeGitLabWorld({ folder: join(folder, 'gitlab'), projects: 2, mergeRequests: 24 });
  gitlab = await startGitLab(made.world);
  worker = await startTestWorker(folder, { sources: { gitlab: sourceWith(gitlab, made.tokens.personal) } });
  const file = new DatabaseSync(join(folder, 'org-sync.db'));
  database = { query: (sql, ...values) => file.prepare(sql).all(...values) };
});
afterEach(async () => {
  await worker[Symbol.asyncDispose]();
  expect(gitlab.violations()).toEqual([]);
  await gitlab.close();
});

/** Syncs and says what it asked of the host. */
async function sync(options: Partial<OrgSyncInput> = {}) {
  gitlab.requests.length = 0;
  expect((await runSync(worker, { provider: 'gitlab', owner: made.group, ...options })).failures).toEqual([]);
  const of = (kind: 'git' | 'rest') => gitlab.requests.filter((request) => request.kind === kind).map(({ path }) => path);
  return { git: of('git'), rest: of('rest') };
}

function expectAll(selection: { group: string } | { user: string } = { group: made.group }): void {
  const { requests } = expectedRows(gitlab, { token: made.tokens.personal, ...selection });
  expect(byKey(storedRequests(database))).toEqual(byKey(requests));
}

const projectOf = (kind: 'group' | 'user') =>
  made.world.projects.find(({ namespace, mergeRequests }) => namespace.kind === kind && mergeRequests.length > 2) as Project;

/** A push to the source branch in a fork: commits that the project didn't have, and its own time of activity stays as it is. */
function pushToFork(project: Project, day: number): void {
  const request = project.mergeRequests.find(({ diff }) => diff !== null) as MergeRequest;
  const { lastActivityAt } = project;
  const { base = '', head: before = '' } = request.diff ?? {};
  const head = gitText(project.folder, ['commit-tree', '-m', `Pushed on day ${day}`, '-p', before, `${day % 2 === 0 ? base : 'HEAD'}^{tree}`]);
  pushRefs(project, { [`refs/merge-requests/${request.iid}/head`]: head }, lastActivityAt);
  changeMergeRequest(project, request, { diff: { base, start: base, head } }, timeOf(Date.UTC(2025, 0, day)));
  project.lastActivityAt = lastActivityAt;
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
    expect(git.every((path) => path.includes(`/${projectPath(made.world, project)}.git/`))).toBe(true);
    rmSync(join(folder, 'home/clones'), { recursive: true });
    pushToFork(project, 2);
    await sync();
    expectAll();
  });

  it('cost projects of a user no git where nothing is new, and are exact where something is', async () => {
    await sync({ owner: made.user });
    expectAll({ user: made.user });
    expect((await sync({ owner: made.user })).git).toEqual([]);
    pushToFork(projectOf('user'), 1);
    expect((await sync({ owner: made.user })).git.length).toBeGreaterThan(0);
    expectAll({ user: made.user });
    expect((await sync({ owner: made.user })).git).toEqual([]);
  });

  it('are left by a sync of merge requests alone to the next one with a clone, and then nothing is new', async () => {
    expect((await sync({ stages: ['pull-requests'] })).git).toEqual([]);
    expect(storedRequests(database).every(({ changedFiles }) => changedFiles === null)).toBe(true);
    await sync();
    expectAll();
    const { git, rest } = await sync();
    expect(git).toEqual([]);
    expect(rest).toHaveLength(2);
  });
});

describe('refs of merge requests', () => {
  it('are no refs of the project, and a new one is nothing new for the other stages', async () => {
    await sync();
    const project = projectOf('group');
    const [repo] = database.query('select id from repos where provider_id = ?', String(project.id));
    const stored = () =>
      database.query('select full_name from git_refs where repo_id = ? order by full_name', String(repo?.['id'])).map((row) => row['full_name']);
    const own = [...readRefs(project.folder).keys()].filter((name) => /^refs\/(heads|tags)\//.test(name)).toSorted();
    expect(stored()).toEqual(own);
    const began = () => database.query('select stage, cursor, head_hash from sync_state where repo_id = ? order by stage', String(repo?.['id']));
    const digests = () => began().map(({ stage, cursor }) => [stage, JSON.parse(String(cursor)).digest]);
    const before = digests();
    pushRefs(project, { 'refs/merge-requests/999/head': readRefs(project.folder).get(own[0] ?? '') ?? '' });
    expect((await sync()).git.length).toBeGreaterThan(0);
    expect(stored()).toEqual(own);
    expect(digests()).toEqual(before);
  });
});
