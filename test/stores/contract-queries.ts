import { describe, expect, it } from 'vitest';
import { orderOfId } from '../../src/model/repository.ts';
import type { RepositoryRecord } from '../../src/schema/repos.ts';
import type { SyncRunRecord } from '../../src/schema/sync-runs.ts';
import type { Filter } from '../../src/stores/filter.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Change } from '../../src/stores/store.ts';
import { STORED_TABLES } from '../../src/stores/tables.ts';
import { FULL, hash, repoId, row, sparse, TABLES } from './samples.ts';
import { type Subject, saveState, write } from './subject.ts';

export function queryContract(subject: Subject): void {
  it('keeps its id', async () => {
    const again = await openStore(subject.database.url);
    await again.close();
    expect(again.databaseId).toBe(subject.store.databaseId);
    expect(again.databaseId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  describe('keys', () => {
    const keys = async (table: 'git_commits' | 'git_files' | 'git_commit_stats', repository = 1) =>
      (await Array.fromAsync(subject.store.keys(table, repoId(repository)))).flat();

    it('lists each key of a repository once, ascending, whatever their number', async () => {
      const hashes = Array.from({ length: 12_345 }, (_, index) => hash(index));
      await write(
        subject,
        { table: 'git_commits', upsert: hashes.map((each) => row('git_commits', { hash: each })).reverse() },
        { table: 'git_commits', upsert: [row('git_commits', { repoId: repoId(2), hash: hash(77_777) })] },
      );
      expect(await keys('git_commits')).toEqual(hashes);
      expect(await keys('git_commits', 2)).toEqual([hash(77_777)]);
    });

    it('lists a commit with stats once, however many files it touches', async () => {
      const stats = [2, 1].flatMap((commit) => ['a', 'b', 'c'].map((filePath) => row('git_commit_stats', { commitHash: hash(commit), filePath })));
      await write(subject, { table: 'git_commit_stats', upsert: stats });
      expect(await keys('git_commit_stats')).toEqual([hash(1), hash(2)]);
    });

    it('lists paths', async () => {
      await write(subject, {
        table: 'git_files',
        upsert: ['b', 'a', 'Z', 'é'].map((path) => row('git_files', { path })),
      });
      expect(await keys('git_files')).toEqual(['Z', 'a', 'b', 'é']);
    });

    it('lists nothing of a repository without any', async () => {
      expect(await keys('git_files')).toEqual([]);
    });

    it('goes on where rows are deleted between two pages', async () => {
      const commits = Array.from({ length: 12_000 }, (_, index) => row('git_commits', { hash: hash(index) }));
      await write(subject, { table: 'git_commits', upsert: commits });
      let seen = 0;
      for await (const page of subject.store.keys('git_commits', repoId(1))) {
        seen += page.length;
        await write(subject, { table: 'git_commits', delete: page.map((each) => ({ repoId: repoId(1), hash: each })) });
      }
      expect(seen).toBe(12_000);
      expect(await subject.database.rows('git_commits')).toEqual([]);
    });
  });

  describe('pull requests', () => {
    it('are found by number, as they were written', async () => {
      const [full, empty] = [row('git_pull_requests', { number: 1 }), { ...sparse('git_pull_requests'), number: 3 }];
      const other = row('git_pull_requests', { number: 3, repoId: repoId(2) });
      await write(subject, {
        table: 'git_pull_requests',
        upsert: [full, row('git_pull_requests', { number: 2 }), empty, other],
      });
      expect(await subject.store.select('git_pull_requests', { repoId: repoId(1), number: { in: [3, 1, 99] } })).toEqual([full, empty]);
      expect(await subject.store.select('git_pull_requests', { repoId: repoId(1), number: { in: [] } })).toEqual([]);
    });

    it('are found by other columns, and read in part', async () => {
      const states = ['open', 'closed', 'merged', 'open'] as const;
      const upsert = states.map((state, number) => row('git_pull_requests', { state, number }));
      await write(subject, { table: 'git_pull_requests', upsert });
      const numbers = (repository: number, more: Filter<'git_pull_requests'> = {}) =>
        subject.store.select('git_pull_requests', { repoId: repoId(repository), ...more }, ['number']);
      expect(await numbers(1, { state: 'open' })).toEqual([{ number: 0 }, { number: 3 }]);
      expect(await numbers(1)).toEqual([0, 1, 2, 3].map((number) => ({ number })));
      expect(await numbers(1, { number: { from: 1, before: 3 } })).toEqual([{ number: 1 }, { number: 2 }]);
      expect(await numbers(2, { state: 'open' })).toEqual([]);
    });
  });

  it.each(TABLES)('selects rows of %s by the whole key, by a part of it and without a filter, as they were written', async (table) => {
    const written = FULL[table];
    await write(subject, { table, upsert: [written] } as Change);
    const keys = STORED_TABLES[table].key.map(({ property }) => [property, (written as Record<string, unknown>)[property]]);
    for (const filter of [keys, keys.slice(0, 1), keys.slice(-1), []]) {
      expect(await subject.store.select(table, Object.fromEntries(filter))).toEqual([written]);
    }
    expect(await subject.store.select(table, { ...Object.fromEntries(keys), [String(keys[0]?.[0])]: repoId(99) })).toEqual([]);
  });

  it('refuses a filter on what is no column', async () => {
    await expect(subject.store.select('git_files', { nothing: 1 } as never)).rejects.toThrow(new TypeError('git_files has no column for nothing'));
  });

  it('remembers the state of each stage of each repository', async () => {
    const state = {
      cursor: { page: 'x', list: [1] },
      headHash: hash(1),
      watermark: new Date('2024-01-02T03:04:05.678Z'),
    };
    await saveState(subject.store, repoId(1), 'commits', { ...state, headHash: null });
    await saveState(subject.store, repoId(1), 'commits', state);
    await saveState(subject.store, repoId(2), 'commits', { ...state, cursor: {} });
    expect(await subject.store.syncState(repoId(1), 'commits')).toEqual({ ...state, token: 2 });
    expect(await subject.store.syncState(repoId(2), 'commits')).toEqual({ ...state, cursor: {}, token: 1 });
    expect(await subject.store.syncState(repoId(1), 'commit-stats')).toBeNull();
  });

  describe('repositories', () => {
    const at = (number: number, more: Partial<RepositoryRecord> = {}) =>
      row('repos', { id: repoId(number), host: 'github.com', providerId: String(number), createdAt: new Date(Date.UTC(2020, number)), ...more });
    const [first, second, third] = [at(1), at(2, { removedAt: new Date(0) }), at(3)] as const;
    const local = at(4, { host: '', providerId: null, createdAt: null });
    const host = 'github.com';
    const ids = async (filter: Filter<'repos'>) => (await subject.store.select('repos', filter)).map(({ providerId }) => providerId).toSorted();

    it("are found by the host's ids, by ours, and by when they were created", async () => {
      await write(subject, { table: 'repos', upsert: [first, second, third, local, at(5, { host: 'ghe.example.com' })] });
      expect(await ids({ host, providerId: { in: ['1', '3', '5', '9'] } })).toEqual(['1', '3']);
      expect(await ids({ host, providerId: { in: [] } })).toEqual([]);
      expect(await ids({ id: { in: [repoId(2), repoId(5), repoId(9)] } })).toEqual(['2', '5']);
      expect(await ids({ host, createdAt: {} })).toEqual(['1', '2', '3']);
      expect(await ids({ host, createdAt: { from: second.createdAt as Date } })).toEqual(['2', '3']);
      expect(await ids({ host, createdAt: { from: second.createdAt as Date, before: third.createdAt as Date } })).toEqual(['2']);
      expect(await ids({ host, createdAt: { before: second.createdAt as Date } })).toEqual(['1']);
      expect(await ids({ host: 'ghe.example.com', createdAt: {} })).toEqual(['5']);
    });

    it("are found by the numbers that are the host's ids, as numbers go", async () => {
      const numbers = [9, 10, 11, 99, 100, 2 ** 40];
      const upsert = [local, at(7, { host: 'ghe.example.com' }), ...numbers.map((id, index) => at(10 + index, { providerId: String(id) }))];
      await write(subject, { table: 'repos', upsert });
      const between = (above?: number, upTo?: number) =>
        ids({ host, providerId: { above: above === undefined ? above : orderOfId(String(above)), upTo: upTo === undefined ? upTo : orderOfId(String(upTo)) } });
      expect(await between()).toEqual(numbers.map(String).toSorted());
      expect(await between(9)).toEqual(['10', '100', '1099511627776', '11', '99']);
      expect(await between(10, 99)).toEqual(['11', '99']);
      expect(await between(undefined, 10)).toEqual(['10', '9']);
      expect(await between(98, 2 ** 40 - 1)).toEqual(['100', '99']);
      expect(await between(2 ** 40)).toEqual([]);
    });

    it('come as they were written', async () => {
      await write(subject, { table: 'repos', upsert: [first, second] });
      expect(await subject.store.select('repos', { id: { in: [second.id] } })).toEqual([second]);
    });
  });

  it('gives the states of all stages of several repositories', async () => {
    const state = { cursor: { probe: 'x' }, headHash: hash(1), watermark: new Date('2024-01-02T03:04:05.678Z') };
    await saveState(subject.store, repoId(1), 'commits', state);
    await saveState(subject.store, repoId(1), 'pull-requests', { ...state, headHash: null });
    await saveState(subject.store, repoId(2), 'commits', state);
    await saveState(subject.store, repoId(3), 'commits', state);
    const found = await subject.store.syncStates([repoId(1), repoId(3), repoId(9)]);
    expect(found.toSorted((a, b) => `${a.repoId}${a.stage}`.localeCompare(`${b.repoId}${b.stage}`))).toEqual([
      { ...state, token: 1, repoId: repoId(1), stage: 'commits' },
      { ...state, token: 1, headHash: null, repoId: repoId(1), stage: 'pull-requests' },
      { ...state, token: 1, repoId: repoId(3), stage: 'commits' },
    ]);
    expect(await subject.store.syncStates([])).toEqual([]);
  });

  it('notes the begin and the end of a run', async () => {
    const begin: SyncRunRecord = {
      workflowId: 'repo-sync/github.com/acme/api',
      runId: 'run',
      repoId: repoId(1),
      stage: 'commits',
      startedAt: new Date(0),
      endedAt: null,
      rows: 0,
      status: 'running',
      error: null,
    };
    await subject.store.recordRun(begin);
    const end: SyncRunRecord = { ...begin, endedAt: new Date(1), rows: 7, status: 'failed', error: 'why' };
    const other: SyncRunRecord = { ...begin, stage: 'prepare' };
    for (const run of [begin, end, other]) await subject.store.recordRun(run);
    expect(await subject.database.rows('sync_runs')).toEqual([end, other]);
  });
}
