import { boolean, instant, integer, nullable, text, uuid } from './column.ts';
import { lastSynced, REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const gitPullRequests = defineTable({
  name: 'git_pull_requests',
  key: ['repoId', 'number'],
  indexes: ['createdAt', 'mergeCommitHash'],
  largeRows: true,
  columns: {
    repoId: uuid(REPO_ID),
    number: integer("the host's number; GitLab's `iid`"),
    title: text("local: of a merged one from the merge's message after its header, of an open one the first line of the head commit's message"),
    body: nullable(text("null where there is none; local: of a merged one the rest of the merge's message, of an open one null")),
    state: text<'open' | 'closed' | 'merged'>('`open`, `closed`, `merged`'),
    isDraft: nullable(boolean('null for local ones')),
    authorName: nullable(text('login, null for a deleted user; local: author of the merged head, or of the head commit, not who merged')),
    authorEmail: nullable(text('null at hosts; local: as `author_name`')),
    createdAt: nullable(instant('null for local ones')),
    updatedAt: nullable(instant('null for local ones')),
    mergedAt: nullable(instant("local: committer's time of the merge")),
    closedAt: nullable(instant("local: committer's time of the merge")),
    mergeCommitHash: nullable(text('null unless merged')),
    headBranch: nullable(text("the branch's name, whoever's it is; local: where the merge's message names it")),
    baseBranch: nullable(text("local: where the merge's message names it")),
    additions: nullable(integer('lines; null for local ones')),
    deletions: nullable(integer('lines; null for local ones')),
    changedFiles: nullable(integer('null for local ones')),
    firstReviewAt: nullable(instant('earliest stored review; null for local ones')),
    firstCommentAt: nullable(instant('earliest comment in the conversation; null for local ones')),
    changesRequestedCount: nullable(integer('reviews that request changes; null for local ones')),
    reviewsCount: nullable(integer('reviews stored; null for local ones')),
    commentsCount: nullable(integer('comments, those on lines of code too; null for local ones')),
    url: nullable(text('page at the host; null for local ones')),
    lastSynced,
  },
});

export type PullRequestRecord = RecordOf<typeof gitPullRequests>;
