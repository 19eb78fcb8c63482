import type { ReviewRecord } from '../../../schema/git-pull-request-reviews.ts';
import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';
import { cleanText } from '../text.ts';

/** A pull request and all of its reviews: written together, so that its counts and their rows agree. */
export interface PullRequestFacts {
  request: PullRequestRecord;
  reviews: ReviewRecord[];
}

/** What a pull request's row holds apart from what its reviews tell. */
export type Described = Omit<PullRequestRecord, 'firstReviewAt' | 'changesRequestedCount' | 'reviewsCount'>;

/** Joins a pull request with its reviews. */
export function factsOf(described: Described, reviews: ReviewRecord[]): PullRequestFacts {
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

export function toDate(text: string | null | undefined): Date | null {
  return text === null || text === undefined ? null : new Date(text);
}

/** A description; some APIs can't tell a missing one from an empty one, so both are null. */
export function bodyOf(text: string | null | undefined): string | null {
  return cleanText(text ?? '') || null;
}
