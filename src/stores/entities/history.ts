import type { ColumnBuilders } from './columns.ts';
import { table } from './table.ts';

/**
 * Repositories, their refs and history. `git_commit_stats` has no index but its key: measured on SQLite,
 * one on `file_path` makes writing 2.5 times slower, and a repository's stats are one range of the key.
 */
export function historyTables({ key, text, number, flag, instant, json, orNull }: ColumnBuilders) {
  return {
    repos: table('repos', {
      id: key.uuid(),
      repo: text(),
      provider: text(),
      host: text(),
      providerId: orNull.text(),
      url: orNull.text(),
      ref: orNull.text(),
      headHash: orNull.text(),
      settings: json('{}'),
      tags: json('[]'),
      isFork: flag(),
      isArchived: flag(),
      createdAt: orNull.instant(),
      lastSynced: instant(),
      removedAt: orNull.instant(),
    }),
    git_refs: table('git_refs', {
      repoId: key.uuid(),
      fullName: key.text(),
      hash: text(),
      name: text(),
      remote: orNull.text(),
      target: orNull.text(),
      type: text(),
      tagCommitHash: orNull.text(),
      lastSynced: instant(),
    }),
    git_commits: table(
      'git_commits',
      {
        repoId: key.uuid(),
        hash: key.text(),
        message: text(),
        authorName: text(),
        authorEmail: text(),
        authorWhen: orNull.instant(),
        committerName: text(),
        committerEmail: text(),
        committerWhen: orNull.instant(),
        parents: number(),
        lastSynced: instant(),
      },
      ['hash', 'authorEmail', 'authorWhen'],
    ),
    git_commit_stats: table('git_commit_stats', {
      repoId: key.uuid(),
      commitHash: key.text(),
      filePath: key.text(),
      oldFilePath: orNull.text(),
      additions: number(),
      deletions: number(),
      oldFileMode: text(),
      newFileMode: text(),
      lastSynced: instant(),
    }),
  };
}
