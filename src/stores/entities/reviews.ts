import type { ColumnBuilders } from './columns.ts';
import { table } from './table.ts';

/** Pull requests and their reviews. */
export function reviewTables({ key, text, instant, orNull }: ColumnBuilders) {
  return {
    git_pull_requests: table(
      'git_pull_requests',
      {
        repoId: key.uuid(),
        number: key.number(),
        title: text(),
        body: orNull.text(),
        state: text(),
        isDraft: orNull.flag(),
        authorName: orNull.text(),
        authorEmail: orNull.text(),
        createdAt: orNull.instant(),
        updatedAt: orNull.instant(),
        mergedAt: orNull.instant(),
        closedAt: orNull.instant(),
        mergeCommitHash: orNull.text(),
        headBranch: orNull.text(),
        baseBranch: orNull.text(),
        additions: orNull.number(),
        deletions: orNull.number(),
        changedFiles: orNull.number(),
        firstReviewAt: orNull.instant(),
        firstCommentAt: orNull.instant(),
        changesRequestedCount: orNull.number(),
        reviewsCount: orNull.number(),
        commentsCount: orNull.number(),
        url: orNull.text(),
        lastSynced: instant(),
      },
      ['createdAt', 'mergeCommitHash'],
    ),
    git_pull_request_reviews: table('git_pull_request_reviews', {
      repoId: key.uuid(),
      number: key.number(),
      reviewId: key.text(),
      reviewer: orNull.text(),
      state: text(),
      submittedAt: orNull.instant(),
      lastSynced: instant(),
    }),
  };
}
