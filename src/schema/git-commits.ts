import { instant, integer, longText, nullable, text, uuid } from './column.ts';
import { lastSynced, REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const gitCommits = defineTable({
  name: 'git_commits',
  key: ['repoId', 'hash'],
  indexes: ['hash', 'authorEmail', 'authorWhen'],
  largeRows: true,
  columns: {
    repoId: uuid(REPO_ID),
    hash: text('SHA-1, or SHA-256 in repositories that use it'),
    message: text('everything after the header, with the newline at its end'),
    authorName: text('without the blanks at its end'),
    authorEmail: longText('as in the commit object'),
    authorWhen: nullable(instant('null where the object holds no time that can be read, or one outside the years 0 to 9999')),
    committerName: text('without the blanks at its end'),
    committerEmail: text('as in the commit object'),
    committerWhen: nullable(instant('null as `author_when`')),
    parents: integer('how many parents the object names, also where a shallow clone lacks them'),
    lastSynced,
  },
});

export type CommitRecord = RecordOf<typeof gitCommits>;
