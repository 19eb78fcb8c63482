import type { ReviewRecord } from '../../../schema/git-pull-request-reviews.ts';
import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';
import { bodyOf, factsOf, type PullRequestFacts, toDate } from '../../hosted/pull-requests/facts.ts';
import { cleanText } from '../../hosted/text.ts';

/** Who did something; null, or the Ghost User, where that user was deleted. @see https://docs.gitlab.com/user/profile/account/delete_account/#associated-records */
export type ApiUser = { username: string; name?: string } | null | undefined;

/** What is read of a merge request in a list. @see https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests */
export interface ApiMergeRequest {
  iid: number;
  project_id: number;
  title: string;
  description?: string | null;
  state: string;
  draft?: boolean;
  author: ApiUser;
  created_at: string;
  updated_at: string;
  merged_at?: string | null;
  closed_at?: string | null;
  merge_commit_sha?: string | null;
  squash_commit_sha?: string | null;
  /** Head of the source branch. */
  sha?: string | null;
  source_branch: string;
  target_branch: string;
  user_notes_count?: number;
  web_url: string;
}

/** @see https://docs.gitlab.com/api/merge_request_approvals/#single-merge-request-approval */
export interface ApiApproval {
  user: { id: number } & NonNullable<ApiUser>;
  /** Told by newer versions only. */
  approved_at?: string | null;
}

/** What a merge request costs requests of its own for. */
export interface ApiDetails {
  approvals: ApiApproval[];
  firstCommentAt: string | null;
}

/** What a merge request changes; null if it couldn't be counted. */
export type Counts = Pick<PullRequestRecord, 'additions' | 'deletions' | 'changedFiles'>;

export function factsOfMergeRequest(repoId: string, api: ApiMergeRequest & ApiDetails, diff: Counts | null): PullRequestFacts {
  const state = stateOf(api.state);
  const number = api.iid;
  const reviews = api.approvals.map(
    ({ user, approved_at }): ReviewRecord => ({
      repoId,
      number,
      reviewId: String(user.id),
      reviewer: nameOf(user),
      state: 'approved',
      submittedAt: toDate(approved_at),
    }),
  );
  return factsOf(
    {
      repoId,
      number,
      title: cleanText(api.title),
      body: bodyOf(api.description),
      state,
      isDraft: api.draft ?? null,
      authorName: nameOf(api.author),
      authorEmail: null,
      createdAt: toDate(api.created_at),
      updatedAt: toDate(api.updated_at),
      mergedAt: toDate(api.merged_at),
      closedAt: toDate(api.closed_at),
      // Merged without a merge commit: the squashed one, else nothing but the branch's own commits.
      mergeCommitHash: state === 'merged' ? (api.merge_commit_sha ?? api.squash_commit_sha ?? null) : null,
      headBranch: api.source_branch,
      baseBranch: api.target_branch,
      additions: diff?.additions ?? null,
      deletions: diff?.deletions ?? null,
      changedFiles: diff?.changedFiles ?? null,
      firstCommentAt: toDate(api.firstCommentAt),
      commentsCount: api.user_notes_count ?? null,
      url: api.web_url,
    },
    reviews,
  );
}

/** 'locked' are open ones while GitLab merges them. */
export function stateOf(state: string): PullRequestRecord['state'] {
  if (state === 'merged' || state === 'closed') return state;
  return 'open';
}

/** The Ghost User is called so, with a number where somebody else was first. */
function nameOf(user: ApiUser): string | null {
  if (user === null || user === undefined) return null;
  return user.name === 'Ghost User' && /^ghost\d*$/.test(user.username) ? null : user.username;
}
