/** Author or reviewer; null for a deleted user. */
export type Actor = { __typename: string; login: string } | null;

export interface ReviewNode {
  /** A 64-bit number as text: ids have outgrown `databaseId`. @see https://docs.github.com/en/graphql/reference/objects#pullrequestreview */
  fullDatabaseId: string;
  state: string;
  submittedAt: string | null;
  author: Actor;
}

export interface ReviewConnection {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: (ReviewNode | null)[];
}

export interface PullRequestNode {
  number: number;
  title: string;
  body: string;
  state: 'OPEN' | 'CLOSED' | 'MERGED';
  isDraft: boolean;
  author: Actor;
  createdAt: string;
  updatedAt: string;
  mergedAt: string | null;
  closedAt: string | null;
  mergeCommit: { oid: string } | null;
  headRefName: string | null;
  baseRefName: string | null;
  additions: number;
  deletions: number;
  changedFiles: number;
  url: string;
  totalCommentsCount: number | null;
  comments: { nodes: ({ createdAt: string } | null)[] };
  reviews: ReviewConnection;
}

export type OutlineNode = Pick<PullRequestNode, 'number' | 'updatedAt'>;

export type StatusNode = Pick<PullRequestNode, 'number' | 'state' | 'updatedAt'>;

/** What {@link pageQuery} gives; aliases lie beside the connections. */
export interface PageAnswer<Node = PullRequestNode> {
  pullRequests: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: (Node | null)[] };
  front: { nodes: ({ updatedAt: string } | null)[] };
}

/** Pull requests by their aliases; null if there is none. */
export type Aliased<Node> = { readonly [alias: `p${number}`]: Node | null | undefined };

/** What {@link REVIEWS_QUERY} gives. */
export interface ReviewsAnswer {
  pullRequest: { reviews: ReviewConnection } | null;
}

/** Without the states, the caller's own pending review would be included. */
const SUBMITTED = 'states: [APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED]';

const REVIEWS = `pageInfo { hasNextPage endCursor } nodes { fullDatabaseId state submittedAt author { __typename login } }`;

const PULL_REQUEST = `fragment Facts on PullRequest {
  number title body state isDraft author { __typename login } createdAt updatedAt mergedAt closedAt mergeCommit { oid }
  headRefName baseRefName additions deletions changedFiles url totalCommentsCount
  comments(first: 1) { nodes { createdAt } }
  reviews(first: $reviews, ${SUBMITTED}) { ${REVIEWS} }
}`;

const NEWEST_FIRST = 'orderBy: {field: UPDATED_AT, direction: DESC}';

/** Alias of a pull request by its number. */
export function aliasOf(number: number): `p${number}` {
  return `p${number}`;
}

function aliases(numbers: readonly number[], fields: string): string {
  return numbers.map((number) => `${aliasOf(number)}: pullRequest(number: ${number}) { ${fields} }`).join('\n');
}

/**
 * A page, the front of all, and the status of some by their numbers. The front stands last, so it is looked up when the
 * page has been.
 */
export function pageQuery(open: readonly number[]): string {
  return `query PullRequests($owner: String!, $name: String!, $first: Int!, $after: String, $reviews: Int!) {
  repository(owner: $owner, name: $name) { databaseId
    pullRequests(first: $first, after: $after, ${NEWEST_FIRST}) { totalCount pageInfo { hasNextPage endCursor } nodes { ...Facts } }
    ${aliases(open, 'number state updatedAt')}
    front: pullRequests(first: 1, ${NEWEST_FIRST}) { nodes { updatedAt } }
  }
}
${PULL_REQUEST}`;
}

export function statusesQuery(numbers: readonly number[]): string {
  return `query PullRequestStandings($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { databaseId ${aliases(numbers, 'number state updatedAt')} }
}`;
}

export function factsQuery(numbers: readonly number[]): string {
  return `query PullRequestsByNumber($owner: String!, $name: String!, $reviews: Int!) {
  repository(owner: $owner, name: $name) { databaseId ${aliases(numbers, '...Facts')} }
}
${PULL_REQUEST}`;
}

/** Reviews beyond those that came with their pull request. */
export const REVIEWS_QUERY = `query PullRequestReviews($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) { databaseId pullRequest(number: $number) { reviews(first: $first, after: $after, ${SUBMITTED}) { ${REVIEWS} } } }
}`;

/** What a page begins with, for where that pull request itself can't be read. */
export const OUTLINE_QUERY = `query PullRequestOutline($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) { databaseId
    pullRequests(first: 1, after: $after, ${NEWEST_FIRST}) { totalCount pageInfo { hasNextPage endCursor } nodes { number updatedAt } }
    front: pullRequests(first: 1, ${NEWEST_FIRST}) { nodes { updatedAt } }
  }
}`;

export const REPOSITORY_QUERY = `query RepositoryId($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { databaseId }
}`;
