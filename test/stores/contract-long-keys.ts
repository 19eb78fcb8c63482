import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/stores/store.ts';
import { hash, repoId, row } from './samples.ts';
import { type Subject, write } from './subject.ts';

/** Texts that no index holds as they are, however they are compressed, and that differ at their very end. */
const LONG = {
  'of 4,000 bytes': ascii(4_000),
  'of 4,000 bytes in characters of three': Array.from({ length: 1_333 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join(''),
  'of 100,000 bytes': ascii(100_000),
  'of 513 characters of four bytes with backslashes and quotes': `${'\u{1F680}'.repeat(508)}\\x"'\n`,
};

function ascii(length: number): string {
  let state = 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 94));
  };
  return Array.from({ length }, next).join('');
}

type LongKeyTable = 'git_files' | 'git_refs' | 'git_commit_stats' | 'git_blame_ranges';

/** Rows of each table whose key has such a text, and of one that follows. */
const ROWS: Record<LongKeyTable, (text: string) => object[]> = {
  git_files: (path: string) => [row('git_files', { path })],
  git_refs: (fullName: string) => [row('git_refs', { fullName })],
  git_commit_stats: (filePath: string) => [row('git_commit_stats', { filePath }), row('git_commit_stats', { filePath, commitHash: hash(9) })],
  git_blame_ranges: (path: string) => [row('git_blame_ranges', { path }), row('git_blame_ranges', { path, lineNo: 8 })],
};

export function longKeyContract(subject: Subject): void {
  describe.each(Object.keys(ROWS) as LongKeyTable[])('a key of %s', (table) => {
    const upsert = (...texts: string[]) => write(subject, { table, upsert: texts.flatMap((text) => ROWS[table](text)) } as Change);
    const stored = async () => (await subject.database.rows(table)).map(({ lastSynced, ...each }) => JSON.stringify(each)).sort();
    const wanted = (...texts: string[]) =>
      texts
        .flatMap((text) => ROWS[table](text))
        .map((each) => JSON.stringify(each))
        .sort();

    it.each(Object.entries(LONG))('may have a text %s, and differ in its last character', async (_, text) => {
      const texts = [text, `${text}a`, `${text}b`, text.slice(0, 512), `${text.slice(0, 512)}#`];
      for (let time = 0; time < 2; time++) {
        await upsert(...texts);
        expect(await stored()).toEqual(wanted(...texts));
      }
      await write(subject, { table, delete: ROWS[table](`${text}a`).map((each) => keyOf(table, each)) } as Change);
      const rest = texts.filter((each) => each !== `${text}a`);
      expect(await stored()).toEqual(wanted(...rest));
      await write(subject, { table, partition: { repoId: repoId(1) }, rows: ROWS[table](text) } as Change);
      expect(await stored()).toEqual(wanted(text));
    });
  });

  it('pages through keys of any length', async () => {
    const paths = Array.from({ length: 6_000 }, (_, index) => (index % 3 === 0 ? `${ascii(600)}${index}` : String(index)));
    await write(subject, { table: 'git_files', upsert: paths.map((path) => row('git_files', { path, contents: null })) });
    expect((await Array.fromAsync(subject.store.keys('git_files', repoId(1)))).flat().sort()).toEqual(paths.sort());
  });
}

function keyOf(table: LongKeyTable, each: object): object {
  const names = { git_files: ['path'], git_refs: ['fullName'], git_commit_stats: ['commitHash', 'filePath'], git_blame_ranges: ['path', 'lineNo'] }[table];
  return Object.fromEntries(['repoId', ...names].map((name) => [name, Reflect.get(each, name)]));
}
