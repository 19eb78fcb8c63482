import type { PullRequestRecord, ReviewRecord } from '../../../model/records.ts';
import { cleanText } from '../../hosted/text.ts';

/** A pull request and all of its reviews: written together, so that its counts and their rows agree. */
export interface PullRequestFacts {
  request: PullRequestRecord;
  reviews: ReviewRecord[];
}

/** What a pull request's row holds apart from what its reviews tell. */
export type Described = Omit<PullRequestRecord, 'firstReviewAt' | 'changesRequestedCount' | 'reviewsCount'>;

/** A review as both APIs tell of it. */
export interface ToldReview {
  id: string;
  reviewer: string | null;
  /** In any case. */
  state: string;
  submittedAt: string | null | undefined;
}

const STORED_STATES: ReadonlySet<string> = new Set<ReviewRecord['state']>(['approved', 'changes_requested', 'commented', 'dismissed']);

/** Joins a pull request with its reviews; those that aren't submitted are seen by their authors only, and aren't stored. */
export function withReviews(described: Described, told: readonly ToldReview[]): PullRequestFacts {
  const { repoId, number } = described;
  const reviews = told.flatMap(({ id, reviewer, state: spelled, submittedAt }): ReviewRecord[] => {
    const state = spelled.toLowerCase();
    return isStored(state) ? [{ repoId, number, reviewId: id, reviewer, state, submittedAt: toDate(submittedAt) }] : [];
  });
  const times = reviews.flatMap(({ submittedAt }) => submittedAt?.getTime() ?? []);
  return {
    // Reduced, not spread: nobody limits how many reviews there are.
    request: {
      ...described,
      firstReviewAt: times.length === 0 ? null : new Date(times.reduce((one, other) => Math.min(one, other))),
      changesRequestedCount: reviews.filter(({ state }) => state === 'changes_requested').length,
      reviewsCount: reviews.length,
    },
    reviews,
  };
}

function isStored(state: string): state is ReviewRecord['state'] {
  return STORED_STATES.has(state);
}

export function toDate(text: string | null | undefined): Date | null {
  return text === null || text === undefined ? null : new Date(text);
}

/** A description; GraphQL can't tell a missing one from an empty one, so both are null. */
export function bodyOf(text: string | null | undefined): string | null {
  return cleanText(text ?? '') || null;
}
