import { bigint, boolean, longText, nullable, text, uuid } from './column.ts';
import { lastSynced, REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const gitFiles = defineTable({
  name: 'git_files',
  key: ['repoId', 'path'],
  indexes: ['path'],
  largeRows: true,
  columns: {
    repoId: uuid(REPO_ID),
    path: longText('from the root of the tree'),
    executable: boolean('true for mode `100755`'),
    contents: nullable(text('text; null for binary files (a NUL within the first 8,000 bytes) and from 1,000,000 bytes on. Of a link the path it names')),
    size: bigint('bytes'),
    hash: text('of the blob'),
    lastSynced,
  },
});

export type FileRecord = RecordOf<typeof gitFiles>;
