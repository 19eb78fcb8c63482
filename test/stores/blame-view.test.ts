import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlameRangeRecord } from '../../src/model/records.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { hash, repoId, row } from './samples.ts';
import { type SqliteTestDatabase, sqliteDatabase } from './sqlite-database.ts';

const PIECES = [
  ...['~', '~0', '~1', '~~', '"', '\\', '\\n', '\\u0041', '","', '[', ']', '{"a":', "'", '%', '--', '/*'],
  ...['\n', '\n\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f', '\t', '\u0001', '\u001F', '\u007F'],
  ...['🚀', '\u{10FFFF}', '\uFFFD', '\uFEFF', '\uFFFF', 'é', 'e\u0301', '\u202E', 'word', ' ', ''],
];

const hasOldShell = spawnSync('sqlite3', ['--version']).status === 0;

let database: SqliteTestDatabase;
let store: Store;

beforeEach(async () => {
  database = sqliteDatabase();
  store = await openStore(database.url);
});

afterEach(async () => {
  await store.close();
  await database.drop();
});

describe('git_blame', () => {
  it('has each line of any text once, exactly, with the range it is in', async () => {
    const random = pseudoRandom(7);
    const texts = Array.from({ length: 300 }, () => Array.from({ length: random(40) }, () => PIECES[random(PIECES.length)]).join(''));
    await store.write(texts.flatMap((text, index) => fileChanges(String(index), text, text, 1 + random(3))));
    for (const [index, text] of texts.entries()) {
      expect(blame(String(index)), JSON.stringify(text)).toEqual(expected(String(index), linesOf(text)));
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
    await store.write(fileChanges('p', text, text, 1));
    expect(blame('p').map(({ line }) => line)).toEqual(lines);
  });

  it('has a row for each line of a file whose text is not stored', async () => {
    await store.write(fileChanges('p', null, 'x\n'.repeat(1_000), 7));
    expect(blame('p')).toEqual(
      expected(
        'p',
        Array.from({ length: 1_000 }, () => null),
      ),
    );
  });

  it('has a row for each line of a file that is not stored at all', async () => {
    await store.write(fileChanges('p', null, 'x\n'.repeat(5), 2).slice(1));
    expect(blame('p')).toHaveLength(5);
  });

  it('has no row for a file that was not blamed', async () => {
    await store.write(fileChanges('p', 'x\n', 'x\n', 1).slice(0, 1));
    expect(blame('p')).toEqual([]);
  });

  it('keeps repositories apart', async () => {
    await store.write(fileChanges('p', 'x\n', 'x\n', 1));
    expect(database.query('select * from git_blame where repo_id = ?', repoId(2))).toEqual([]);
  });

  it('finds one path through keys alone', () => {
    const plan = database.query('explain query plan select * from git_blame where repo_id = ? and path = ?', repoId(1), 'p');
    const steps = plan.map(({ detail }) => String(detail));
    expect(steps.filter((step) => step.startsWith('SEARCH')).length).toBeGreaterThanOrEqual(4);
    // What is left to scan are the lines of that path.
    for (const step of steps.filter((each) => each.startsWith('SCAN'))) expect(step).toContain('VIRTUAL TABLE');
  });

  it('takes the ranges after the lines, so that a text is cut once', () => {
    const steps = database.query('explain query plan select * from git_blame').map(({ detail }) => String(detail));
    expect(steps.findIndex((step) => step.startsWith('SCAN l '))).toBeLessThan(steps.findIndex((step) => step.startsWith('SEARCH r ')));
  });

  it.runIf(hasOldShell)('can be read with the sqlite3 that is installed', async () => {
    const text = PIECES.join('');
    await store.write(fileChanges('p', text, text, 2));
    const sql = `select json_group_array(line) from (select line from git_blame where path = 'p' order by line_no)`;
    expect(JSON.parse(execFileSync('sqlite3', [database.path, sql], { encoding: 'utf8' }))).toEqual(linesOf(text));
  });
});

function blame(path: string) {
  return database.query('select * from git_blame where repo_id = ? and path = ? order by line_no', repoId(1), path);
}

/** What the view is to show of ranges made by {@link fileChanges}. */
function expected(path: string, lines: readonly (string | null)[]) {
  const ranges = database.query('select * from git_blame_ranges where path = ? order by line_no', path);
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
}

/** A file, and ranges of `height` lines over `text`. */
function fileChanges(path: string, contents: string | null, text: string, height: number) {
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
function linesOf(text: string): string[] {
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
