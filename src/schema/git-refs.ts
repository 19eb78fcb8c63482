import { longText, nullable, text, uuid } from './column.ts';
import { lastSynced, REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const gitRefs = defineTable({
  name: 'git_refs',
  key: ['repoId', 'fullName'],
  columns: {
    repoId: uuid(REPO_ID),
    fullName: longText('`refs/heads/main`'),
    hash: text('object that the ref names; of an annotated tag the tag object'),
    name: text('full name without its first two parts: `main`, `origin/main`, `v1.0`'),
    remote: nullable(text('remote of a remote-tracking branch (`origin`), else null')),
    target: nullable(text('ref that a symbolic ref names, else null')),
    type: text<'branch' | 'remote' | 'tag' | 'note' | 'other'>('`branch` (refs/heads), `remote` (refs/remotes), `tag`, `note`, `other`'),
    tagCommitHash: nullable(text('commit that a tag peels to; null for tags of trees and blobs, and for other refs')),
    lastSynced,
  },
});

export type RefRecord = RecordOf<typeof gitRefs>;
