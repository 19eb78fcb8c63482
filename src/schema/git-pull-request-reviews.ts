import { instant, integer, nullable, text, uuid } from './column.ts';
import { lastSynced, REPO_ID } from './last-synced.ts';
import { defineTable, type RecordOf } from './table.ts';

export const gitPullRequestReviews = defineTable({
  name: 'git_pull_request_reviews',
  key: ['repoId', 'number', 'reviewId'],
  columns: {
    repoId: uuid(REPO_ID),
    number: integer('the pull request, `git_pull_requests.number`'),
    reviewId: text("GitHub's id; at GitLab the approver's, as a row is an approval, the latest of each approver"),
    reviewer: nullable(text('login, null for a deleted user')),
    state: text<'approved' | 'changes_requested' | 'commented' | 'dismissed'>('`approved`, `changes_requested`, `commented`, `dismissed`'),
    submittedAt: nullable(instant('null where the host does not tell')),
    lastSynced,
  },
});

export type ReviewRecord = RecordOf<typeof gitPullRequestReviews>;
