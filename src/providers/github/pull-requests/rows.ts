import type { ReviewRecord } from '../../../schema/git-pull-request-reviews.ts';
import { type Described, factsOf, type PullRequestFacts, toDate } from '../../hosted/pull-requests/facts.ts';

/** A review as both APIs return it. */
export interface ApiReview {
  id: string;
  reviewer: string | null;
  /** In any case. */
  state: string;
  submittedAt: string | null | undefined;
}

const STORED_STATES: ReadonlySet<string> = new Set<ReviewRecord['state']>(['approved', 'changes_requested', 'commented', 'dismissed']);

/** Joins a pull request with its reviews; pending reviews, which only their authors see, aren't stored. */
export function withReviews(described: Described, api: readonly ApiReview[]): PullRequestFacts {
  const { repoId, number } = described;
  const reviews = api.flatMap(({ id, reviewer, state: spelled, submittedAt }): ReviewRecord[] => {
    const state = spelled.toLowerCase();
    return isStored(state) ? [{ repoId, number, reviewId: id, reviewer, state, submittedAt: toDate(submittedAt) }] : [];
  });
  return factsOf(described, reviews);
}

function isStored(state: string): state is ReviewRecord['state'] {
  return STORED_STATES.has(state);
}
