import { integer, longText, nullable, text, uuid } from './column.ts';
import { lastSynced, REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

/**
 * No index but its key: measured on SQLite, one on `file_path` makes writing 2.5 times slower, and a repository's stats are
 * one range of the key.
 */
export const gitCommitStats = defineTable({
  name: 'git_commit_stats',
  key: ['repoId', 'commitHash', 'filePath'],
  columns: {
    repoId: uuid(REPO_ID),
    commitHash: text('the commit, `git_commits.hash`'),
    filePath: longText('the file after the commit'),
    oldFilePath: nullable(text('where a renamed file was (from 50% alike on, however many there are), else null')),
    additions: integer('lines; 0 for binary files'),
    deletions: integer('lines; 0 for binary files'),
    oldFileMode: text('as git writes it: `100644`, `120000` for links, `160000` for submodules, `000000` where the file did not exist'),
    newFileMode: text('as `old_file_mode`; `000000` where the commit deletes the file'),
    lastSynced,
  },
});

export type CommitStatRecord = RecordOf<typeof gitCommitStats>;
