import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';
import { bodyOf, type PullRequestFacts, toDate } from '../../hosted/pull-requests/facts.ts';
import { cleanText } from '../../hosted/text.ts';
import { type ApiReview, withReviews } from './rows.ts';

/** What is read of a user; answers lack users that were deleted, whatever the description of the API says. */
export type RestUser = { login: string } | null | undefined;

/** What is read of a pull request; a deleted fork leaves gaps in its head. */
export interface RestPullRequest {
  number: number;
  title: string;
  body?: string | null;
  state: string;
  draft?: boolean;
  user: RestUser;
  created_at: string;
  updated_at: string;
  merged_at: string | null;
  closed_at: string | null;
  merge_commit_sha: string | null;
  head: { ref?: string | null } | null;
  base: { ref: string };
  additions: number;
  deletions: number;
  changed_files: number;
  comments: number;
  review_comments: number;
  html_url: string;
}

export interface RestReview {
  id: number;
  user: RestUser;
  state: string;
  submitted_at?: string | null;
}

export function factsOfRest(repoId: string, pull: RestPullRequest, firstComment: string | undefined, reviews: readonly RestReview[]): PullRequestFacts {
  const state = stateOfRest(pull);
  return withReviews(
    {
      repoId,
      number: pull.number,
      title: cleanText(pull.title),
      body: bodyOf(pull.body),
      state,
      isDraft: pull.draft ?? null,
      authorName: loginOf(pull.user),
      authorEmail: null,
      createdAt: toDate(pull.created_at),
      updatedAt: toDate(pull.updated_at),
      mergedAt: toDate(pull.merged_at),
      closedAt: toDate(pull.closed_at),
      // Of others it's the commit in which GitHub tries to merge them.
      mergeCommitHash: state === 'merged' ? pull.merge_commit_sha : null,
      headBranch: pull.head?.ref ?? null,
      baseBranch: pull.base.ref,
      additions: pull.additions,
      deletions: pull.deletions,
      changedFiles: pull.changed_files,
      firstCommentAt: toDate(firstComment),
      commentsCount: pull.comments + pull.review_comments,
      url: pull.html_url,
    },
    reviews.map(toApiReview),
  );
}

export function stateOfRest({ state, merged_at }: Pick<RestPullRequest, 'state' | 'merged_at'>): PullRequestRecord['state'] {
  if (merged_at !== null) return 'merged';
  return state === 'open' ? 'open' : 'closed';
}

function toApiReview({ id, user, state, submitted_at }: RestReview): ApiReview {
  return { id: String(id), reviewer: loginOf(user), state, submittedAt: submitted_at };
}

/** GraphQL has nobody where REST has the user that stands for all deleted ones. @see https://github.com/ghost */
function loginOf(user: RestUser): string | null {
  return user === null || user === undefined || user.login === 'ghost' ? null : user.login;
}
