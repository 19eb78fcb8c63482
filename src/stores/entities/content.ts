import type { ColumnBuilders } from './columns.ts';
import { table } from './table.ts';

/**
 * Files and who wrote their lines. `git_blame_ranges` has no index but its key: measured on SQLite, one on
 * `author_email` makes writing 5 times slower, and a repository's ranges are one range of the key.
 */
export function contentTables({ key, text, number, bigNumber, flag, instant, orNull }: ColumnBuilders) {
  return {
    git_files: table(
      'git_files',
      {
        repoId: key.uuid(),
        path: key.text(),
        executable: flag(),
        contents: orNull.text(),
        size: bigNumber(),
        hash: text(),
        lastSynced: instant(),
      },
      ['path'],
    ),
    git_blame_ranges: table('git_blame_ranges', {
      repoId: key.uuid(),
      path: key.text(),
      lineNo: key.number(),
      lineCount: number(),
      commitHash: text(),
      authorEmail: text(),
      authorName: text(),
      authorWhen: orNull.instant(),
      origPath: text(),
      origLineNo: number(),
      lastSynced: instant(),
    }),
  };
}
