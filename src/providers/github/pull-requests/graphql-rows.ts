import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';
import { bodyOf, type PullRequestFacts, toDate } from '../../hosted/pull-requests/facts.ts';
import { cleanText } from '../../hosted/text.ts';
import type { Actor, PullRequestNode, ReviewNode } from './queries.ts';
import { type ApiReview, withReviews } from './rows.ts';

export function factsOfNode(repoId: string, node: PullRequestNode, reviews: readonly ReviewNode[]): PullRequestFacts {
  const state = stateOf(node.state);
  return withReviews(
    {
      repoId,
      number: node.number,
      title: cleanText(node.title),
      body: bodyOf(node.body),
      state,
      isDraft: node.isDraft,
      authorName: loginOf(node.author),
      authorEmail: null,
      createdAt: toDate(node.createdAt),
      updatedAt: toDate(node.updatedAt),
      mergedAt: toDate(node.mergedAt),
      closedAt: toDate(node.closedAt),
      mergeCommitHash: state === 'merged' ? (node.mergeCommit?.oid ?? null) : null,
      headBranch: node.headRefName,
      baseBranch: node.baseRefName,
      additions: node.additions,
      deletions: node.deletions,
      changedFiles: node.changedFiles,
      firstCommentAt: toDate(node.comments.nodes[0]?.createdAt),
      commentsCount: node.totalCommentsCount,
      url: node.url,
    },
    reviews.map(toApiReview),
  );
}

export function stateOf(state: PullRequestNode['state']): PullRequestRecord['state'] {
  return state.toLowerCase() as PullRequestRecord['state'];
}

function toApiReview({ fullDatabaseId, author, state, submittedAt }: ReviewNode): ApiReview {
  return { id: fullDatabaseId, reviewer: loginOf(author), state, submittedAt };
}

/** REST's spelling of a login, which GraphQL gives without its '[bot]'. */
function loginOf(actor: Actor): string | null {
  if (actor === null) return null;
  return actor.__typename === 'Bot' && !actor.login.endsWith('[bot]') ? `${actor.login}[bot]` : actor.login;
}
