import { instant, integer, longText, nullable, text, uuid } from './column.ts';
import { lastSynced, REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

/**
 * No index but its key: measured on SQLite, one on `author_email` makes writing 5 times slower, and a repository's ranges are
 * one range of the key.
 */
export const gitBlameRanges = defineTable({
  name: 'git_blame_ranges',
  key: ['repoId', 'path', 'lineNo'],
  searchedKeys: ['path'],
  firstInGroup: 1,
  columns: {
    repoId: uuid(REPO_ID),
    path: longText('the file, `git_files.path`'),
    lineNo: integer('first line of the range, from 1'),
    lineCount: integer('lines of the range'),
    commitHash: text('commit that wrote them; it may lie outside of what `--since` took into `git_commits`'),
    authorEmail: text('of that commit'),
    authorName: text('of that commit'),
    authorWhen: nullable(instant('of that commit')),
    origPath: text('where that commit had the lines'),
    origLineNo: integer('where that commit had the lines'),
    lastSynced,
  },
});

export type BlameRangeRecord = RecordOf<typeof gitBlameRanges>;
