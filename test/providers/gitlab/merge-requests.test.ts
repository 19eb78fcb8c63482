import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needsGitFolder, stagesOf } from '../../../activities/stages/source-stage.ts';
import { gitProgram } from '../../../src/config.ts';
import { BOUNDS } from '../../../src/http/service.ts';
import type { Cursor } from '../../../src/model/activities.ts';
import type { RepositoryOptions } from '../../../src/model/input.ts';
import type { ListedRepository } from '../../../src/model/repository.ts';
import { parsePosition } from '../../../src/providers/cursor-schema.ts';
import { openGitLab } from '../../../src/providers/gitlab/api.ts';
import { remoteOf } from '../../../src/providers/gitlab/connection.ts';
import { diffTotalsOf } from '../../../src/providers/gitlab/merge-requests/diffs.ts';
import { gitLabMergeRequests } from '../../../src/providers/gitlab/merge-requests/reader.ts';
import { repositoryId } from '../../../src/providers/identity.ts';
import type { Batch, StageReading } from '../../../src/providers/stage.ts';
import type { PullRequestRecord } from '../../../src/schema/git-pull-requests.ts';
import { openStore } from '../../../src/stores/open.ts';
import type { Store } from '../../../src/stores/store.ts';
import { type SqliteTestDatabase, sqliteDatabase } from '../../stores/sqlite-database.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { changeMergeRequest, pushRefs } from '../../support/gitlab/changes.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from '../../support/gitlab/make-world.ts';
import { type GitLab, startGitLab } from '../../support/gitlab/server.ts';
import { type MergeRequest, type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { tempFolder } from '../../support/temp.ts';
import { byKey, expectedRows, sourceWith, storedRequests, storedReviews } from './support.ts';

let made: MadeGitLabWorld;
let gitlab: GitLab;
let project: Project;
let database: SqliteTestDatabase;
let store: Store;
let gitDir: string;
/** What the last run that ended left. */
let left: Cursor | undefined;

beforeEach(async () => {
  made = makeGitLabWorld({ folder: tempFolder(), projects: 1, mergeRequests: 130 });
  project = made.world.projects.find(({ mergeRequests }) => mergeRequests.length === 130) as Project;
  gitlab = await startGitLab(made.world);
  database = sqliteDatabase();
  store = await openStore(database.url);
  left = undefined;
  gitDir = join(tempFolder(), 'clone.git');
});
afterEach(async () => {
  await store.close();
  await database.drop();
  expect(gitlab.violations()).toEqual([]);
  await gitlab.close();
});

interface Run {
  cursor?: Cursor;
  batches?: number;
  options?: RepositoryOptions;
  /** Of an answer, where no clone is needed. */
  maxBytes?: number;
}

/** Runs the stage, or some batches of it; gives the last cursor. */
async function run({ cursor, batches = Number.POSITIVE_INFINITY, options = {}, maxBytes = BOUNDS.maxBytes }: Run = {}) {
  const name = projectPath(made.world, project);
  const repository: ListedRepository = {
    provider: 'gitlab',
    id: repositoryId(remoteOf(gitlab.url, name)),
    host: new URL(gitlab.url).host,
    name,
    url: null,
    hosted: { providerId: String(project.id), ref: null, head: null, isFork: false, isArchived: false, createdAt: '', tags: [], settings: {} },
  };
  const source = sourceWith(gitlab, made.tokens.personal);
  const { signal } = new AbortController();
  const refsFile = join(gitDir, 'refs-of-the-run');
  const hasGitFolder = needsGitFolder(stagesOf(source, options));
  if (hasGitFolder) {
    mkdirSync(gitDir, { recursive: true });
    await source.prepare(repository, options, { gitDir, refsFile }, signal);
  }
  const connection = { url: gitlab.url, token: made.tokens.personal, variable: 'GITLAB_TOKEN' };
  const bounded: StageReading = gitLabMergeRequests(
    async () => openGitLab(connection, { bounds: { ...BOUNDS, maxBytes } }),
    async () => undefined,
  );
  const reading = maxBytes === BOUNDS.maxBytes ? source.pullRequests : bounded;
  const saved = left === undefined ? null : { cursor: left, headHash: null, watermark: new Date() };
  const reader = reading.read({
    repository,
    options,
    git: { program: gitProgram, gitDir, signal },
    pin: { databaseId: store.databaseId, head: null, digest: '' },
    refsFile,
    hasGitFolder,
    stored: store,
    previous: options.full === true ? null : saved,
    saved,
    processes: 1,
    amendSaved: async () => undefined,
    cursor: cursor && parsePosition(reading.cursor, undefined, JSON.parse(JSON.stringify(cursor))),
  });
  const seen: Batch[] = [];
  for (;;) {
    const { value, done } = await reader.next();
    if (done === true) {
      left = JSON.parse(JSON.stringify(value));
      return undefined;
    }
    await store.write(value.changes);
    seen.push(value);
    if (seen.length >= batches) {
      await reader.return({});
      return value.cursor;
    }
  }
}

function expectAll(gone: readonly number[] = [], areCounted: (request: PullRequestRecord) => boolean = () => true): void {
  const { requests, reviews } = expectedRows(gitlab, { token: made.tokens.personal, project: projectPath(made.world, project) });
  const here = <Row extends { repoId: string; number: number }>(rows: Row[]) => byKey(rows.filter(({ number }) => !gone.includes(number)));
  expect(here(storedRequests(database))).toEqual(byKey(requests).map((row) => (areCounted(row) ? row : { ...row, ...UNCOUNTED })));
  expect(here(storedReviews(database))).toEqual(byKey(reviews));
}

const UNCOUNTED = { additions: null, deletions: null, changedFiles: null };

const asked = (path: RegExp) => gitlab.requests.filter((request) => path.test(request.path)).length;
const one = (fits: (request: MergeRequest) => boolean) => project.mergeRequests.find(fits) as MergeRequest;

describe('merge requests', () => {
  it('are read with approvals and comments, and once more where nothing is new for one request', async () => {
    await run();
    expectAll();
    expect(asked(/merge_requests$/)).toBe(2);
    gitlab.requests.length = 0;
    await run();
    expectAll();
    expect(asked(/approvals|notes/)).toBe(0);
    expect(asked(/merge_requests$/)).toBe(1 + (project.mergeRequests.some(({ state }) => state === 'opened' || state === 'locked') ? 1 : 0));
  });

  it('that all changed at one time are all read', async () => {
    for (const request of project.mergeRequests) request.updatedAt = timeOf(Date.UTC(2024, 0, 1), 7);
    await run();
    expectAll();
  });

  it('are read on from wherever it stopped', async () => {
    let cursor = await run({ batches: 1 });
    for (let rounds = 0; cursor !== undefined && rounds < 20; rounds++) cursor = await run({ cursor, batches: 1 });
    expectAll();
    expect(asked(/approvals/)).toBe(project.mergeRequests.length);
  });

  it.each([
    ['at times of their own', false],
    ['all at one time', true],
  ])('whose texts are more than is read at once are read fewer at once, changed %s', async (_, together) => {
    for (const request of project.mergeRequests) {
      request.description = 'x'.repeat(20_000);
      if (together) request.updatedAt = timeOf(Date.UTC(2024, 0, 1), 7);
    }
    const alone = { options: { stages: ['pull-requests' as const] }, maxBytes: 500_000 };
    await run(alone);
    expectAll([], () => false);
    // Those that were open are asked for by number.
    const closed = project.mergeRequests.filter(({ state }) => state === 'opened');
    for (const request of closed) request.state = 'closed';
    gitlab.requests.length = 0;
    await run(alone);
    expectAll([], () => false);
    expect(asked(/merge_requests$/)).toBeGreaterThan(closed.length / 10);
  });

  it('that change or go while they are read are neither missed nor left behind', async () => {
    const cursor = await run({ batches: 2 });
    const last = project.mergeRequests.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))[0] as MergeRequest;
    changeMergeRequest(project, last, { title: 'later' }, timeOf(Date.UTC(2025, 0, 1)));
    const first = project.mergeRequests.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))[0] as MergeRequest;
    changeMergeRequest(project, first, { title: 'later too' }, timeOf(Date.UTC(2025, 0, 2)));
    const open = one((request) => request.state === 'opened' && request !== last && request !== first);
    project.mergeRequests = project.mergeRequests.filter((request) => request !== open);
    await run({ ...(cursor && { cursor }) });
    expectAll();
  });

  it('are not left open when they changed without a trace, or were deleted', async () => {
    await run();
    const [closed, gone] = project.mergeRequests.filter(({ state }) => state === 'opened') as [MergeRequest, MergeRequest];
    closed.state = 'closed';
    project.mergeRequests = project.mergeRequests.filter((request) => request !== gone);
    await run();
    expectAll();
  });

  it('that were deleted after they had been closed go with a full run', async () => {
    await run();
    const gone = one(({ state }) => state === 'closed');
    project.mergeRequests = project.mergeRequests.filter((request) => request !== gone);
    await run();
    expectAll([gone.iid]);
    expect(storedRequests(database).some(({ number }) => number === gone.iid)).toBe(true);
    await run({ options: { full: true } });
    expectAll();
  });

  it('that are switched off are none', async () => {
    project.mergeRequestsAccess = 'disabled';
    await run();
    expect(storedRequests(database)).toEqual([]);
  });

  it('that are switched off for a time are all there when they are back', async () => {
    await run();
    project.mergeRequestsAccess = 'disabled';
    await run();
    project.mergeRequestsAccess = 'enabled';
    await run();
    expectAll();
  });

  it.each([
    ['page', /merge_requests$/],
    ['approvals', /approvals$/],
    ['diff', /merge_requests\/\d+$/],
  ])('that are switched off right after one answer (%s) are all there when they are back', async (_, path) => {
    const off = () => {
      project.mergeRequestsAccess = 'disabled';
    };
    gitlab.setFaults([{ match: { path }, effect: { do: 'change', change: off } }]);
    await run();
    expect(gitlab.unmetFaults()).toEqual([]);
    project.mergeRequestsAccess = 'enabled';
    await run();
    expectAll();
  });

  it.each([
    ['first', undefined],
    ['between two others', {}],
  ])('that only a clone on disk told of, which was synced %s, go', async (_, cursor) => {
    await run();
    const [row] = storedRequests(database);
    // High above the others, as where a history came from elsewhere.
    const inferred = { ...(row as PullRequestRecord), state: 'merged' as const, updatedAt: null };
    await store.write([{ table: 'git_pull_requests', upsert: [9, 40, 5_000].map((more) => ({ ...inferred, number: 1_000 + more })) }]);
    left = cursor;
    await run();
    expectAll();
  });

  it('that were closed and deleted go with a full run, however far apart their numbers are', async () => {
    await run();
    const [row] = storedRequests(database);
    await store.write([{ table: 'git_pull_requests', upsert: [{ ...(row as PullRequestRecord), number: 5_000, state: 'closed' }] }]);
    await run({ options: { full: true } });
    expectAll();
  });
});

describe('the lines of merge requests', () => {
  it('are counted between the commits of the diff, also where the target has moved on since', async () => {
    const open = project.mergeRequests.filter(({ state, diff }) => state === 'opened' && diff !== null);
    // Their merge base with the target is now their own head.
    for (const { targetBranch, diff } of open) pushRefs(project, { [`refs/heads/${targetBranch}`]: diff?.head ?? '' });
    await run();
    expectAll();
  });

  it('are counted where GitLab has removed the refs of merge requests', async () => {
    const refs = [...readRefs(project.folder).keys()].filter((name) => /^refs\/(merge-requests|keep-around)\//.test(name));
    pushRefs(project, Object.fromEntries(refs.map((name) => [name, null])));
    await run();
    expectAll();
  });

  it('are left by a run of merge requests alone, which needs no git, to the next one that has a clone', async () => {
    const alone = { options: { stages: ['pull-requests' as const] } };
    await run(alone);
    expectAll([], () => false);
    await run(alone);
    expect(gitlab.requests.filter(({ kind }) => kind === 'git')).toEqual([]);
    await run();
    expectAll();
    const changed = one(({ diff, state }) => diff !== null && state === 'merged');
    changeMergeRequest(project, changed, { title: 'changed' }, timeOf(Date.UTC(2025, 0, 1)));
    await run(alone);
    expectAll([], ({ number }) => number !== changed.iid);
    gitlab.requests.length = 0;
    await run();
    expectAll();
    expect(asked(/approvals/)).toBe(1);
  });

  it('are unknown where the commits are nowhere to be had', async () => {
    const [base = '', head = ''] = made.histories[0]?.hashes ?? [];
    const none = 'f'.repeat(40);
    const asked: string[] = [];
    const sides = [
      { number: 1, base, head: none },
      { number: 2, base, head },
    ];
    const totals = await diffTotalsOf({ program: gitProgram, gitDir: project.folder }, sides, async (hashes) => void asked.push(...hashes));
    expect(asked).toEqual([none]);
    expect([...totals.keys()]).toEqual([2]);
  });
});
