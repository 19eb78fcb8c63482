import { describe, expect, it } from 'vitest';
import type { SyncRunRecord } from '../../src/schema/sync-runs.ts';
import type { TableName } from '../../src/schema/tables.ts';
import { FACT_TABLES, type FactRecords, type FactTable } from '../../src/schema/tables.ts';
import { hash, repoId, row } from './samples.ts';
import { type Subject, saveState, write } from './subject.ts';

const [FROM, TO, OTHER] = [repoId(1), repoId(2), repoId(3)];

/** Enough for more than one batch of every store. */
const COMMITS = 2_500;

export function moveContract(subject: Subject): void {
  describe('moving a repository', () => {
    const run = (id: string): SyncRunRecord => ({
      ...{ workflowId: `w/${id}`, runId: 'r', repoId: id, stage: 'commits', startedAt: new Date(0), endedAt: null, rows: 7, status: 'completed', error: null },
    });

    async function fill(id: string): Promise<void> {
      const of = <T extends FactTable>(table: T): FactRecords[T] =>
        row(table, (table === 'repos' ? { id } : { repoId: id }) as unknown as Partial<FactRecords[T]>);
      const commits = Array.from({ length: COMMITS }, (_, index) => row('git_commits', { repoId: id, hash: hash(index) }));
      const ranges = ['a|b', 'é', 'x'.repeat(2_000)].flatMap((path) => [1, 2, 11].map((lineNo) => row('git_blame_ranges', { repoId: id, path, lineNo })));
      for (const table of FACT_TABLES) await write(subject, { table, upsert: [of(table)] } as never);
      await write(subject, { table: 'git_commits', upsert: commits }, { table: 'git_blame_ranges', upsert: ranges });
      await saveState(subject.store, id, 'commits', { cursor: { of: id }, headHash: hash(1), watermark: new Date(0) });
      await subject.store.recordRun(run(id));
    }

    /** All rows but when they were written, with the repository's id as a word. */
    async function rowsOf(id: string): Promise<Record<string, unknown[]>> {
      const tables: TableName[] = [...FACT_TABLES, 'sync_state', 'sync_runs'];
      const found = tables.map(async (table) => {
        const rows = (await subject.database.rows(table)) as unknown as Record<string, unknown>[];
        return [
          table,
          rows.filter((each) => (table === 'repos' ? each['id'] : each['repoId']) === id).map((each) => ({ ...each, repoId: 0, id: 0, updatedAt: 0 })),
        ];
      });
      return Object.fromEntries(await Promise.all(found));
    }

    const nothing = Object.fromEntries([...FACT_TABLES, 'sync_state', 'sync_runs'].map((table) => [table, []]));

    it('gives every row of it to the other id, and touches no other repository', async () => {
      for (const id of [FROM, OTHER]) await fill(id);
      const [before, others] = [await rowsOf(FROM), await rowsOf(OTHER)];
      expect(before['git_commits']).toHaveLength(COMMITS);
      for (const _time of [1, 2]) {
        await subject.store.moveRepository(FROM, TO);
        expect(await rowsOf(TO)).toEqual(before);
        expect(await rowsOf(FROM)).toEqual(nothing);
      }
      expect(await rowsOf(OTHER)).toEqual(others);
      // What is written by key finds them.
      await write(subject, { table: 'git_blame_ranges', partition: { repoId: TO, path: 'a|b' }, rows: [] });
      await write(subject, { table: 'git_commits', delete: [{ repoId: TO, hash: hash(7) }] });
      expect((await subject.database.rows('git_blame_ranges')).filter((each) => each.repoId === TO && each.path === 'a|b')).toEqual([]);
      expect((await Array.fromAsync(subject.store.keys('git_commits', TO))).flat()).toHaveLength(COMMITS - 1);
    });

    it('keeps the row of `repos` that a listing has made, which says what is so now', async () => {
      await fill(FROM);
      const listed = row('repos', { id: TO, repo: 'acme/listed' });
      await write(subject, { table: 'repos', upsert: [listed] });
      await subject.store.moveRepository(FROM, TO);
      expect(await subject.store.select('repos', { id: { in: [FROM, TO] } })).toEqual([listed]);
      expect((await rowsOf(TO))['git_commits']).toHaveLength(COMMITS);
      expect(await subject.store.syncState(TO, 'commits')).toMatchObject({ cursor: { of: FROM } });
    });

    it('keeps the rows of the id it moves to where there are any, and has its stages start over', async () => {
      for (const id of [FROM, TO]) await fill(id);
      await write(subject, { table: 'git_commits', upsert: [row('git_commits', { repoId: FROM, hash: 'f'.repeat(40) })] });
      const before = await rowsOf(TO);
      await subject.store.moveRepository(FROM, TO);
      const { sync_runs, ...after } = await rowsOf(TO);
      expect(after).toEqual({ ...before, sync_state: [], sync_runs: undefined });
      expect(sync_runs).toHaveLength(2);
      expect(await rowsOf(FROM)).toEqual(nothing);
    });

    it('comes to the same where it was cut off', async () => {
      await fill(FROM);
      // Some rows have moved; no state says that they are all.
      await write(subject, { table: 'git_commits', upsert: [row('git_commits', { repoId: TO, hash: hash(1) })] });
      await subject.store.moveRepository(FROM, TO);
      expect(await rowsOf(FROM)).toEqual(nothing);
      expect(await subject.store.syncStates([FROM, TO])).toEqual([]);
      // The last that goes.
      await write(subject, { table: 'repos', upsert: [row('repos', { id: FROM })] });
      await subject.store.moveRepository(FROM, TO);
      expect((await subject.store.select('repos', { id: { in: [FROM, TO] } })).map(({ id }) => id)).toEqual([TO]);
    });

    it('does nothing where there is nothing', async () => {
      await fill(TO);
      const before = await rowsOf(TO);
      await subject.store.moveRepository(FROM, TO);
      expect(await rowsOf(TO)).toEqual(before);
    });

    it('is done once by two at the same time', async () => {
      await fill(FROM);
      await Promise.all([subject.store.moveRepository(FROM, TO), subject.store.moveRepository(FROM, TO)]);
      expect(await rowsOf(FROM)).toEqual(nothing);
      expect((await rowsOf(TO))['repos']).toHaveLength(1);
    });
  });
}
