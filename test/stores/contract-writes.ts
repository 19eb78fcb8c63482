import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FactTable } from '../../src/schema/tables.ts';
import type { Change } from '../../src/stores/store.ts';
import { FULL, hash, repoId, row, sparse, TABLES } from './samples.ts';
import { type Subject, write } from './subject.ts';

export function writeContract(subject: Subject): void {
  const stored = <T extends FactTable>(table: T) => subject.database.rows(table);

  describe('upsert', () => {
    it.each(TABLES)('stores every column of %s', async (table) => {
      await write(subject, { table, upsert: [FULL[table]] } as Change);
      expect(await stored(table)).toEqual([{ ...FULL[table], lastSynced: expect.any(Date) }]);
    });

    it.each(TABLES)('replaces values of %s by null and null by values', async (table) => {
      for (const upsert of [FULL[table], sparse(table), FULL[table]]) {
        await write(subject, { table, upsert: [upsert] } as Change);
        expect(await stored(table)).toEqual([{ ...upsert, lastSynced: expect.any(Date) }]);
      }
    });

    it.each(TABLES)('leaves a row of %s alone that is the same', async (table) => {
      await write(subject, { table, upsert: [sparse(table)] } as Change);
      const before = await stored(table);
      await sleep(5);
      await write(subject, { table, upsert: [sparse(table)] } as Change);
      expect(await stored(table)).toEqual(before);
    });

    it('gives all rows of a write one time, later than that of the write before', async () => {
      await write(subject, { table: 'git_commits', upsert: [row('git_commits')] });
      const [first] = await stored('git_commits');
      await sleep(5);
      await write(subject, { table: 'git_commits', upsert: [row('git_commits', { message: 'other' })] }, { table: 'git_files', upsert: [row('git_files')] });
      const [[commit], [file]] = [await stored('git_commits'), await stored('git_files')];
      expect(commit?.lastSynced.getTime()).toBeGreaterThan(Number(first?.lastSynced.getTime()));
      expect(file?.lastSynced).toEqual(commit?.lastSynced);
    });

    it('takes the last of two rows of one key', async () => {
      await write(subject, { table: 'git_files', upsert: [row('git_files')] });
      await write(subject, {
        table: 'git_files',
        upsert: [row('git_files', { size: 1 }), row('git_files', { size: 2 })],
      });
      expect(await stored('git_files')).toMatchObject([{ size: 2 }]);
    });
  });

  describe('partition', () => {
    const refs = (repository: number, ...names: string[]) =>
      names.map((name) => row('git_refs', { repoId: repoId(repository), fullName: `refs/heads/${name}`, name }));
    const replace = (repository: number, ...names: string[]): Change => ({
      table: 'git_refs',
      partition: { repoId: repoId(repository) },
      rows: refs(repository, ...names),
    });

    it('deletes what is gone, adds what is new and leaves the rest alone', async () => {
      await write(subject, replace(1, 'a', 'b', 'c'));
      const before = await stored('git_refs');
      await sleep(5);
      await write(subject, replace(1, 'b', 'd'));
      const after = await stored('git_refs');
      expect(after.map(({ name }) => name)).toEqual(['b', 'd']);
      expect(after[0]).toEqual(before[1]);
    });

    it('leaves other partitions alone', async () => {
      await write(subject, replace(1, 'a'), replace(2, 'b'));
      await write(subject, replace(1));
      expect(await stored('git_refs')).toMatchObject([{ repoId: repoId(2), name: 'b' }]);
    });

    it('may be most of the key', async () => {
      const ranges = (path: string, ...lines: number[]): Change => ({
        table: 'git_blame_ranges',
        partition: { repoId: repoId(1), path },
        rows: lines.map((lineNo) => row('git_blame_ranges', { path, lineNo })),
      });
      await write(subject, ranges('a', 1, 5, 9), ranges('b', 1));
      await write(subject, ranges('a', 1, 7), ranges('c', 2));
      const rows = await stored('git_blame_ranges');
      expect(rows.map(({ path, lineNo }) => [path, lineNo])).toEqual([
        ['a', 1],
        ['a', 7],
        ['b', 1],
        ['c', 2],
      ]);
    });

    it('may be a whole key', async () => {
      const one = (value: string): Change => ({
        table: 'git_refs',
        partition: { repoId: repoId(1), fullName: 'refs/heads/a' },
        rows: refs(1, 'a').map((ref) => ({ ...ref, hash: value })),
      });
      await write(subject, replace(1, 'a', 'b'));
      await write(subject, one(hash(7)));
      expect((await stored('git_refs')).map((ref) => ref.hash)).toEqual([hash(7), hash(2)]);
    });

    it('may be large', async () => {
      const names = Array.from({ length: 12_000 }, (_, index) => String(index));
      await write(subject, replace(1, ...names));
      await write(subject, replace(1, ...names.slice(0, 6_000)));
      expect(await stored('git_refs')).toHaveLength(6_000);
    });

    it('takes the last of two rows of one key', async () => {
      const [first, second] = [row('git_refs', { hash: hash(1) }), row('git_refs', { hash: hash(2) })];
      await write(subject, { table: 'git_refs', partition: { repoId: repoId(1) }, rows: [first, second] });
      expect(await stored('git_refs')).toMatchObject([{ hash: hash(2) }]);
    });

    it('may be written part by part', async () => {
      const ranges = (path: string, ...numbers: number[]) => numbers.map((lineNo) => row('git_blame_ranges', { path, lineNo }));
      const part = (above: number, upTo: number | undefined, ...numbers: number[]): Change => ({
        table: 'git_blame_ranges',
        partition: { repoId: repoId(1), path: 'p' },
        rows: ranges('p', ...numbers),
        part: { above, ...(upTo !== undefined && { upTo }) },
      });
      const lines = async () => (await stored('git_blame_ranges')).filter(({ path }) => path === 'p').map(({ lineNo }) => lineNo);
      await write(subject, { table: 'git_blame_ranges', upsert: [...ranges('o', 15), ...ranges('q', 15)] });
      // A part that begins the partition, one that goes on and one that ends it.
      await write(subject, part(0, 10, 1, 5, 10));
      await write(subject, part(10, 20, 11, 12, 20), part(20, undefined, 21, 1_000));
      expect(await lines()).toEqual([1, 5, 10, 11, 12, 20, 21, 1_000]);
      const before = await stored('git_blame_ranges');
      await sleep(5);
      await write(subject, part(10, 20, 11, 15, 20));
      expect(await lines()).toEqual([1, 5, 10, 11, 15, 20, 21, 1_000]);
      await write(subject, part(10, 20, 11, 12, 20), part(0, 10, 1, 5, 10), part(20, undefined, 21, 1_000));
      const others = (rows: typeof before) => rows.filter(({ lineNo }) => lineNo !== 12);
      expect(others(await stored('git_blame_ranges'))).toEqual(others(before));
      await write(subject, part(0, 10), part(20, undefined));
      expect(await lines()).toEqual([11, 12, 20]);
      expect(await stored('git_blame_ranges')).toHaveLength(5);
    });

    it('of which part is written refuses a row outside it, and has to name all of the key but a number', async () => {
      const partition = { repoId: repoId(1), path: 'p' };
      const rows = [row('git_blame_ranges', { path: 'p', lineNo: 10 })];
      await expect(write(subject, { table: 'git_blame_ranges', partition, rows, part: { above: 10 } })).rejects.toThrow(TypeError);
      await expect(write(subject, { table: 'git_blame_ranges', partition, rows, part: { above: 0, upTo: 9 } })).rejects.toThrow(TypeError);
      await expect(write(subject, { table: 'git_blame_ranges', partition: { repoId: repoId(1) }, rows, part: { above: 0 } })).rejects.toThrow(TypeError);
      await expect(write(subject, { table: 'git_refs', partition: { repoId: repoId(1) }, rows: refs(1, 'a'), part: { above: 0 } })).rejects.toThrow(TypeError);
    });

    it('refuses a row of another partition and a partition that is no part of the key', async () => {
      const stray: Change = { table: 'git_refs', partition: { repoId: repoId(1) }, rows: refs(2, 'a') };
      await expect(write(subject, replace(1, 'a'), stray)).rejects.toThrow(TypeError);
      await expect(write(subject, { table: 'git_refs', partition: { hash: hash(1) }, rows: [] })).rejects.toThrow(TypeError);
      expect(await stored('git_refs')).toEqual([]);
    });
  });

  describe('delete', () => {
    it('takes part of a key', async () => {
      const stats = [1, 2, 3].flatMap((commit) => ['a', 'b'].map((filePath) => row('git_commit_stats', { commitHash: hash(commit), filePath })));
      await write(subject, { table: 'git_commit_stats', upsert: stats });
      const keys = [1, 3].map((commit) => ({ repoId: repoId(1), commitHash: hash(commit) }));
      await write(subject, { table: 'git_commit_stats', delete: keys });
      expect(await stored('git_commit_stats')).toMatchObject(stats.slice(2, 4));
    });

    it('takes thousands of keys', async () => {
      const commits = Array.from({ length: 10_000 }, (_, index) => row('git_commits', { hash: hash(index) }));
      await write(subject, { table: 'git_commits', upsert: commits });
      const keys = commits.slice(1).map((commit) => ({ repoId: commit.repoId, hash: commit.hash }));
      await write(subject, { table: 'git_commits', delete: keys });
      expect(await stored('git_commits')).toMatchObject([{ hash: hash(0) }]);
    });

    it('refuses to delete by anything but a key', async () => {
      await write(subject, { table: 'git_commits', upsert: [row('git_commits')] });
      await expect(write(subject, { table: 'git_commits', delete: [{}] })).rejects.toThrow(TypeError);
      await expect(write(subject, { table: 'git_commits', delete: [{ parents: 2 }] })).rejects.toThrow(TypeError);
      const uneven = [{ repoId: repoId(2) }, { repoId: repoId(1), hash: hash(2) }];
      for (const keys of [uneven, uneven.toReversed()]) await expect(write(subject, { table: 'git_commits', delete: keys })).rejects.toThrow(TypeError);
      expect(await stored('git_commits')).toHaveLength(1);
    });
  });

  it('does nothing for empty batches', async () => {
    await write(subject);
    await write(subject, { table: 'repos', upsert: [] }, { table: 'git_refs', delete: [] });
    await write(subject, { table: 'git_refs', partition: { repoId: repoId(1) }, rows: [] });
    for (const table of TABLES) expect(await stored(table)).toEqual([]);
  });

  it('applies changes in their order', async () => {
    const upsert: Change = { table: 'git_commits', upsert: [row('git_commits')] };
    const remove: Change = { table: 'git_commits', delete: [{ repoId: repoId(1), hash: hash(1) }] };
    await write(subject, upsert, remove);
    expect(await stored('git_commits')).toHaveLength(0);
    await write(subject, remove, upsert);
    expect(await stored('git_commits')).toHaveLength(1);
  });
}
