import { createHash } from 'node:crypto';
import { commentsOf, findRepository, fullName, type PullRequest, type Repository, type Review } from '../world.ts';
import { type ConnectionArgs, connection } from './connection.ts';
import type { GraphContext } from './context.ts';
import { commitNode } from './nodes-repositories.ts';

/** A review that isn't submitted is seen by its author only. */
const seen = ({ caller }: GraphContext, pull: PullRequest): Review[] =>
  pull.reviews.filter(({ state, author }) => state !== 'PENDING' || (caller.type === 'token' && author !== null && caller.token.login === author));

interface ReviewsArgs extends ConnectionArgs {
  states?: string[] | null;
  author?: string | null;
}

function reviews(context: GraphContext, repository: Repository, pull: PullRequest, args: ReviewsArgs) {
  const rows = seen(context, pull)
    .filter(({ state }) => args.states == null || args.states.includes(state))
    .filter(({ author }) => args.author == null || author === args.author);
  return connection(rows, args, { position: ({ id }) => ['', id], node: (review) => reviewNode(context, repository, pull, review) });
}

export function reviewNode(context: GraphContext, repository: Repository, pull: PullRequest, review: Review): object {
  const path = `/${fullName(repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const carrier = pull.reviews.find(({ state }) => state !== 'PENDING');
  return {
    __typename: 'PullRequestReview',
    id: review.nodeId,
    // Int has 32 bits, and real ids have outgrown them: https://docs.github.com/en/graphql/overview/breaking-changes
    databaseId: review.id < 2 ** 31 ? review.id : null,
    fullDatabaseId: String(review.id),
    author: () => context.nodes.actor(context, review.author),
    body: '',
    state: review.state,
    submittedAt: review.submittedAt,
    createdAt: review.submittedAt ?? pull.createdAt,
    updatedAt: review.submittedAt ?? pull.createdAt,
    url: `${context.urls.web}${path}`,
    resourcePath: path,
    commit: () => commitNode(context, repository, pull.headOid),
    pullRequest: () => pullNode(context, repository, pull),
    repository: () => context.nodes.repository(context, repository),
    // The first review carries all comments on lines.
    comments: (args: ConnectionArgs) => diffComments(review === carrier ? pull.reviewComments : 0, args),
  };
}

function diffComments(count: number, args: ConnectionArgs) {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return connection(numbers, args, { position: (number) => ['', number], node: (number) => ({ __typename: 'PullRequestReviewComment', databaseId: number }) });
}

/** The head's own repository, which needn't be one that the world has. */
function headRepository(context: GraphContext, base: Repository, name: string): object {
  const [owner = '', short = ''] = name.split('/');
  const known = findRepository(context.world, owner, short)?.repository;
  const fork = { ...base, id: base.id + 500_000_000, nodeId: `R_${owner}_${short}`, owner, name: short, fork: true, pullRequests: [] };
  return context.nodes.repository(context, known ?? fork);
}

export function pullNode(context: GraphContext, repository: Repository, pull: PullRequest): object {
  const path = `/${fullName(repository)}/pull/${pull.number}`;
  const url = `${context.urls.web}${path}`;
  const { headRepository: head } = pull;
  const testMerge = createHash('sha1').update(`merge ${pull.id}`).digest('hex');
  return {
    __typename: 'PullRequest',
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    titleHTML: pull.title,
    // Never null here, unlike in REST.
    body: pull.body ?? '',
    bodyText: pull.body ?? '',
    bodyHTML: pull.body ?? '',
    state: pull.state.toUpperCase(),
    isDraft: pull.draft,
    merged: pull.state === 'merged',
    closed: pull.state !== 'open',
    mergeable: pull.state === 'open' ? 'MERGEABLE' : 'UNKNOWN',
    author: () => context.nodes.actor(context, pull.author),
    mergedBy: () => (pull.state === 'merged' ? context.nodes.actor(context, repository.owner) : null),
    url,
    permalink: url,
    resourcePath: path,
    headRefName: pull.headRef,
    headRefOid: pull.headOid,
    headRepository: () => head && headRepository(context, repository, head),
    headRepositoryOwner: () => head && context.nodes.actor(context, head.split('/')[0] ?? null),
    isCrossRepository: head !== fullName(repository),
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseOid,
    baseRepository: () => context.nodes.repository(context, repository),
    repository: () => context.nodes.repository(context, repository),
    mergeCommit: () => pull.mergeCommit && commitNode(context, repository, pull.mergeCommit),
    potentialMergeCommit: () => (pull.state === 'open' ? commitNode(context, repository, testMerge) : null),
    additions: pull.additions,
    deletions: pull.deletions,
    changedFiles: pull.changedFiles,
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    publishedAt: pull.createdAt,
    mergedAt: pull.mergedAt,
    closedAt: pull.closedAt,
    totalCommentsCount: pull.comments.count + pull.reviewComments,
    reviews: (args: ReviewsArgs) => reviews(context, repository, pull, args),
    comments: (args: ConnectionArgs & { orderBy?: { direction: string } | null }) =>
      connection(commentsOf(pull), args, {
        position: ({ createdAt, id }) => [createdAt, id],
        descending: args.orderBy?.direction === 'DESC',
        node: ({ id, createdAt }) => ({
          __typename: 'IssueComment',
          id: `IC_${id}`,
          databaseId: id,
          fullDatabaseId: String(id),
          createdAt,
          updatedAt: createdAt,
        }),
      }),
    reviewThreads: (args: ConnectionArgs) =>
      connection(
        Array.from({ length: pull.reviewComments }, (_, index) => index + 1),
        args,
        {
          position: (number) => ['', number],
          node: (number) => ({
            __typename: 'PullRequestReviewThread',
            id: `PRRT_${pull.id}_${number}`,
            comments: (inner: ConnectionArgs) => diffComments(1, inner),
          }),
        },
      ),
    commits: (args: ConnectionArgs) =>
      connection([pull.headOid], args, {
        position: (oid) => [oid, 0],
        node: (oid) => ({ __typename: 'PullRequestCommit', id: `PRC_${oid}`, commit: () => commitNode(context, repository, oid) }),
      }),
  };
}
