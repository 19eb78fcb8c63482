import { expect, test } from 'vitest';
import type { OrgSyncResult } from '../../../src/model/progress.ts';
import { query } from '../../support/database.ts';
import { changeMergeRequest } from '../../support/gitlab/changes.ts';
import type { GitLabFault } from '../../support/gitlab/effects.ts';
import { expectMergeRequests } from '../../support/gitlab/expect-gitlab.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type MergeRequest, type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const acme = groupOf(tempFolder(), { projects: 1, mergeRequests: 40 });

async function sync(folder: string, faults: readonly GitLabFault[] = []): Promise<OrgSyncResult> {
  const { server } = acme();
  server.requests.length = 0;
  server.setFaults(faults);
  await using worker = await acme().work(folder);
  return await runSync(worker, { provider: 'gitlab', owner: 'acme', stages: ['commits', 'pull-requests'] });
}

const project = () => acme().world.projects[0] as Project;
const expectAll = (folder: string) => expectMergeRequests(folder, acme().server, { group: 'acme', token: acme().token });
const approvalsOf = ({ iid }: MergeRequest) => new RegExp(`/merge_requests/${iid}/approvals$`);
const broken = (request: MergeRequest): GitLabFault => ({ match: { path: approvalsOf(request) }, times: ALWAYS, effect: { do: 'status', status: 500 } });

/** How often each path was answered well. */
function answered(path: RegExp): number[] {
  const counts = new Map<string, number>();
  for (const request of acme().server.requests)
    if (request.status === 200 && path.test(request.path)) counts.set(request.path, (counts.get(request.path) ?? 0) + 1);
  return [...counts.values()];
}

const stored = (folder: string) => query<{ number: number }>(folder, 'select number from git_pull_requests order by number').map(({ number }) => number);
const lastRun = (folder: string) =>
  query<{ status: string; error: string | null }>(
    folder,
    "select status, error from sync_runs where stage = 'pull-requests' order by started_at desc limit 1",
  )[0];
const skipped = (folder: string) =>
  JSON.parse(query<{ cursor: string }>(folder, "select cursor from sync_state where stage = 'pull-requests'")[0]?.cursor ?? '{}').skipped;

test('what was read before the host went down is not asked for again', async () => {
  const folder = acme().folder('down');
  await sync(folder, [{ match: { kind: 'rest' }, after: 30, times: 12, effect: { do: 'status', status: 502 } }]);
  expect(acme().server.unmetFaults()).toEqual([]);
  expectAll(folder);
  // Just the one that it went down in the middle of.
  const approvals = answered(/approvals$/);
  expect(approvals).toHaveLength(40);
  expect(approvals.filter((count) => count > 1).length).toBeLessThanOrEqual(1);
  expect(skipped(folder)).toBeUndefined();
});

test('a host that fails many requests in passing fails no stage', async () => {
  const folder = acme().folder('unreliable');
  const { failures } = await sync(folder, [
    { every: 17, times: ALWAYS, match: { kind: 'rest' }, effect: { do: 'status', status: 502 } },
    { every: 19, times: ALWAYS, match: { kind: 'rest' }, effect: { do: 'cut', by: 'length' } },
    { every: 23, times: ALWAYS, match: { kind: 'rest' }, effect: { do: 'reset' } },
  ]);
  expect(failures).toEqual([]);
  expectAll(folder);
  expect(lastRun(folder)).toEqual({ status: 'completed', error: null });
});

test('one that always fails is skipped, named, and tried first by the next sync', async () => {
  const folder = acme().folder('skipped');
  const [bad, other] = project().mergeRequests.filter(({ diff }) => diff !== null) as [MergeRequest, MergeRequest];
  const numbers = project().mergeRequests.map(({ iid }) => iid);

  const first = await sync(folder, [broken(bad)]);
  const name = projectPath(acme().world, project());
  expect(first.repositories).toEqual({ listed: 1, done: 0, failed: 1 });
  expect(first.rows.git_pull_requests).toBe(39);
  expect(first.failures).toEqual([
    { repository: name, reason: expect.stringMatching(new RegExp(`^pull request ${bad.iid} was skipped .*/${bad.iid}/approvals with 500`)) },
  ]);
  expect(stored(folder)).toEqual(numbers.filter((number) => number !== bad.iid).toSorted((a, b) => a - b));
  expect(lastRun(folder)).toEqual({ status: 'incomplete', error: first.failures[0]?.reason });
  expect(skipped(folder)).toEqual([{ number: bad.iid, reason: expect.stringContaining('500') }]);

  // Nothing else is new: the stage runs all the same, for just that one.
  const second = await sync(folder, [broken(bad)]);
  expect(second.failures).toHaveLength(1);
  const asked = acme().server.requests.filter(({ path }) => /approvals$/.test(path));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every(({ path }) => approvalsOf(bad).test(path))).toBe(true);

  // What changed meanwhile is read as usual, after it.
  changeMergeRequest(project(), other, { title: 'Changed meanwhile' }, timeOf(Date.UTC(2025, 0, 1)));
  const third = await sync(folder);
  expect(third.failures).toEqual([]);
  expect(
    acme()
      .server.requests.filter(({ path }) => /approvals$/.test(path))
      .map(({ path }) => approvalsOf(bad).test(path)),
  ).toEqual([true, false]);
  expectAll(folder);
  expect(skipped(folder)).toBeUndefined();
  expect(lastRun(folder)).toEqual({ status: 'completed', error: null });
});

test('one that was skipped and is deleted since fails nothing any more', async () => {
  const folder = acme().folder('deleted');
  const all = project().mergeRequests;
  const bad = all.find(({ state }) => state === 'merged') as MergeRequest;
  await sync(folder, [broken(bad)]);
  project().mergeRequests = all.filter((request) => request !== bad);
  const { failures } = await sync(folder);
  expect(failures).toEqual([]);
  expectAll(folder);
  project().mergeRequests = all;
});
