import type { BlameRangeRecord } from '../../src/schema/git-blame-ranges.ts';
import type { CommitStatRecord } from '../../src/schema/git-commit-stats.ts';
import type { Change } from '../../src/stores/store.ts';

/** Ranges of a file. */
const RANGES = 40;

const REPOSITORY = '00000000-0000-8000-8000-000000000001';

/** Tables that a bench writes: those that get nearly all rows of a sync. */
export type BenchTable = 'git_commit_stats' | 'git_blame_ranges';

/** One row of a table, the same for the same number. */
export function makeRow(table: BenchTable, index: number): CommitStatRecord | BlameRangeRecord {
  return table === 'git_commit_stats' ? makeStat(index) : makeRange(index);
}

/** Rows as the table's stage writes them: stats as they come, ranges file by file. */
export function changesOf(table: BenchTable, rows: readonly (CommitStatRecord | BlameRangeRecord)[]): Change[] {
  if (table === 'git_commit_stats') return [{ table, upsert: rows as CommitStatRecord[] }];
  return [...Map.groupBy(rows as BlameRangeRecord[], ({ path }) => path)].map(([path, ranges]) => ({
    table,
    partition: { repoId: REPOSITORY, path },
    rows: ranges,
  }));
}

/** The table's columns in their order, without `last_synced`, which comes last. */
export function columnsOf(table: BenchTable): string[] {
  return Object.keys(makeRow(table, 0)).map((property) => property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** The values of a row. */
export function valuesOf(row: CommitStatRecord | BlameRangeRecord): (string | number | Date | null)[] {
  return Object.values(row);
}

function makeStat(index: number): CommitStatRecord {
  return {
    repoId: REPOSITORY,
    commitHash: hash(Math.floor(index / 4)),
    filePath: `packages/package-${index % 50}/src/module-${index % 2_000}.ts`,
    oldFilePath: null,
    additions: index % 90,
    deletions: index % 7,
    oldFileMode: '100644',
    newFileMode: '100644',
  };
}

function makeRange(index: number): BlameRangeRecord {
  const file = Math.floor(index / RANGES);
  const path = `packages/package-${file % 50}/src/module-${file}.ts`;
  const lineNo = (index % RANGES) * 3 + 1;
  return {
    repoId: REPOSITORY,
    path,
    lineNo,
    lineCount: 3,
    commitHash: hash(index % 5_000),
    authorEmail: `author${index % 60}@example.com`,
    authorName: `Author "${index % 60}"`,
    authorWhen: new Date(1_600_000_000_000 + index * 1_000),
    origPath: path,
    origLineNo: lineNo,
  };
}

/** Spread over all values, as those of commits are, and never two the same: the factor is odd. */
function hash(number: number): string {
  return Math.imul(number, 0x9e3779b1).toString(16).replace('-', 'f').padStart(40, '0');
}
