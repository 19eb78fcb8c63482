import { authenticate, canSee } from './access.ts';
import { fullName, type PullRequest, type Repository, type World } from './world.ts';

export interface ExpectedPull {
  repo: string;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed' | 'merged';
  is_draft: boolean;
  author_name: string | null;
  created_at: string;
  updated_at: string;
  merged_at: string | null;
  closed_at: string | null;
  merge_commit_hash: string | null;
  head_branch: string;
  base_branch: string;
  additions: number;
  deletions: number;
  changed_files: number;
  url: string;
  first_review_at: string | null;
  first_comment_at: string | null;
  changes_requested_count: number;
  reviews_count: number;
  comments_count: number;
}

export interface ExpectedReview {
  repo: string;
  number: number;
  review_id: number;
  reviewer: string | null;
  state: string;
  submitted_at: string;
}

export interface ExpectedOptions {
  /** {@link GitHub.webUrl}. */
  webUrl: string;
  /** Value of the token that syncs; it decides about private repositories. */
  token: string;
  /** All owners unless told. */
  owner?: string;
  /** How a missing body is stored: GraphQL can't tell it from an empty one. Null unless told. */
  noBody?: null | '';
}

/** The repositories whose contents a token can read, in order of their full names. */
export function readableRepositories(world: World, token: string, owner?: string): Repository[] {
  const caller = authenticate(world, `Bearer ${token}`);
  if (typeof caller === 'string') throw new Error(`not a token of this world: ${caller}`);
  return world.repositories
    .filter((repository) => repository.disabled === null && canSee(caller, repository) && (owner ?? repository.owner) === repository.owner)
    .toSorted((a, b) => (fullName(a) < fullName(b) ? -1 : 1));
}

/** The rows that a sync should leave behind, made from the world and nothing else; ordered by repository, number and id. */
export function expectedRows(
  world: World,
  { webUrl, token, owner, noBody = null }: ExpectedOptions,
): { pullRequests: ExpectedPull[]; reviews: ExpectedReview[] } {
  const pulls = readableRepositories(world, token, owner).flatMap((repository) =>
    repository.pullRequests.toSorted((a, b) => a.number - b.number).map((pull) => ({ repo: fullName(repository), pull })),
  );
  return {
    pullRequests: pulls.map(({ repo, pull }) => expectedPull(repo, pull, webUrl, noBody)),
    reviews: pulls.flatMap(({ repo, pull }) => expectedReviews(repo, pull)),
  };
}

function expectedPull(repo: string, pull: PullRequest, webUrl: string, noBody: null | ''): ExpectedPull {
  const reviews = expectedReviews(repo, pull);
  return {
    repo,
    number: pull.number,
    title: pull.title,
    body: pull.body ?? noBody,
    state: pull.state,
    is_draft: pull.draft,
    author_name: pull.author,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    merged_at: pull.mergedAt,
    closed_at: pull.closedAt,
    merge_commit_hash: pull.mergeCommit,
    head_branch: pull.headRef,
    base_branch: pull.baseRef,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
    url: `${webUrl}/${repo}/pull/${pull.number}`,
    first_review_at: reviews.map(({ submitted_at }) => submitted_at).toSorted()[0] ?? null,
    first_comment_at: pull.comments.count > 0 ? pull.comments.firstAt : null,
    changes_requested_count: reviews.filter(({ state }) => state === 'changes_requested').length,
    reviews_count: reviews.length,
    comments_count: pull.comments.count + pull.reviewComments,
  };
}

function expectedReviews(repo: string, pull: PullRequest): ExpectedReview[] {
  return pull.reviews
    .flatMap(({ id, author, state, submittedAt }) =>
      state === 'PENDING' || submittedAt === null
        ? []
        : [{ repo, number: pull.number, review_id: id, reviewer: author, state: state.toLowerCase(), submitted_at: submittedAt }],
    )
    .toSorted((a, b) => a.review_id - b.review_id);
}
