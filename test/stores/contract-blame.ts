import { describe, expect, it } from 'vitest';
import type { BlameRangeRecord } from '../../src/schema/git-blame-ranges.ts';
import { hash, repoId, row } from './samples.ts';
import { type StoreOfTest, storePerTest, type TestDatabase } from './subject.ts';

/** Pieces that are awkward for whatever cuts a text into lines. */
export const PIECES = [
  ...['~', '~0', '~1', '~~', '"', '\\', '\\n', '\\u0041', '","', '[', ']', '{"a":', "'", '%', '--', '/*'],
  ...['\n', '\n\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f', '\t', '\u0001', '\u001F', '\u007F'],
  ...['🚀', '\u{10FFFF}', '\uFFFD', '\uFEFF', '\uFFFF', 'é', 'e\u0301', '\u202E', 'word', ' ', ''],
];

/** A database whose view a test reads. */
export interface BlameDatabase extends TestDatabase {
  /** Rows of a query with the parameter `:path`; times as the database writes them. */
  select(sql: string, path: string): Promise<Record<string, unknown>[]>;
}

/**
 * What the view `git_blame` has to show on every SQL database.
 * @param create Makes an empty database.
 */
export function blameContract<D extends BlameDatabase>(create: () => Promise<D>): StoreOfTest<D> {
  const subject = storePerTest(create);
  const blame = (path: string) => subject.database.select(`select * from git_blame where repo_id = '${repoId(1)}' and path = :path order by line_no`, path);

  /** What the view is to show of ranges made by {@link fileChanges}. */
  const expected = async (path: string, lines: readonly (string | null)[]) => {
    const ranges = await subject.database.select('select * from git_blame_ranges where path = :path order by line_no', path);
    return lines.map((line, index) => {
      const range = ranges.findLast(({ line_no }) => Number(line_no) <= index + 1);
      return {
        repo_id: repoId(1),
        path,
        line_no: index + 1,
        author_email: range?.['author_email'],
        author_name: range?.['author_name'],
        author_when: range?.['author_when'],
        commit_hash: range?.['commit_hash'],
        line,
      };
    });
  };

  describe('git_blame', () => {
    it('has each line of any text once, exactly, with the range it is in', async () => {
      const random = pseudoRandom(7);
      const texts = Array.from({ length: 300 }, () => Array.from({ length: random(40) }, () => PIECES[random(PIECES.length)]).join(''));
      await subject.store.write(texts.flatMap((text, index) => fileChanges(String(index), text, text, 1 + random(3))));
      for (const [index, text] of texts.entries()) {
        expect(await blame(String(index)), JSON.stringify(text)).toEqual(await expected(String(index), linesOf(text)));
      }
    });

    it.each([
      ['no line at the end of the last one', 'a\nb', ['a', 'b']],
      ['an empty last line', 'a\n\n', ['a', '']],
      ['nothing but a newline', '\n', ['']],
      ['nothing', '', []],
      ['a byte order mark', '\uFEFFa\n', ['\uFEFFa']],
      ['carriage returns', 'a\rb\r\nc\r', ['a\rb\r', 'c\r']],
    ])('reads a file with %s', async (_, text, lines) => {
      await subject.store.write(fileChanges('p', text, text, 1));
      expect((await blame('p')).map(({ line }) => line)).toEqual(lines);
    });

    it('has a row for each line of a file whose text is not stored', async () => {
      await subject.store.write(fileChanges('p', null, 'x\n'.repeat(1_000), 7));
      const lines = Array.from({ length: 1_000 }, () => null);
      expect(await blame('p')).toEqual(await expected('p', lines));
    });

    it('has a row for each line of a file that is not stored at all', async () => {
      await subject.store.write(fileChanges('p', null, 'x\n'.repeat(5), 2).slice(1));
      expect(await blame('p')).toHaveLength(5);
    });

    it('has no row for a file that was not blamed', async () => {
      await subject.store.write(fileChanges('p', 'x\n', 'x\n', 1).slice(0, 1));
      expect(await blame('p')).toEqual([]);
    });

    it('keeps repositories apart', async () => {
      await subject.store.write(fileChanges('p', 'x\n', 'x\n', 1));
      expect(await subject.database.select(`select * from git_blame where repo_id = '${repoId(2)}' and path = :path`, 'p')).toEqual([]);
    });
  });
  return subject;
}

/** A file, and ranges of `height` lines over `text`. */
export function fileChanges(path: string, contents: string | null, text: string, height: number) {
  const count = linesOf(text).length;
  const ranges: BlameRangeRecord[] = [];
  for (let lineNo = 1; lineNo <= count; lineNo += height) {
    const lineCount = Math.min(height, count - lineNo + 1);
    ranges.push(row('git_blame_ranges', { path, lineNo, lineCount, commitHash: hash(lineNo), authorName: `author ${lineNo}` }));
  }
  return [
    { table: 'git_files', upsert: [row('git_files', { path, contents })] },
    { table: 'git_blame_ranges', partition: { repoId: repoId(1), path }, rows: ranges },
  ] as const;
}

/** Lines as git counts them. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Whole numbers below a limit, the same in each run (a linear congruential generator). */
function pseudoRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
