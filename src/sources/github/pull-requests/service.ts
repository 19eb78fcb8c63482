import type { PullRequestRecord } from '../../../model/records.ts';
import type { PullRequestFacts } from '../../hosted/pull-requests/facts.ts';

/** Pull requests that a page holds: with up to 50 reviews each, GraphQL answers it for one point. */
export const PAGE = 25;

/** A page of pull requests, those changed last first. */
export interface Page {
  /** Those that weren't last changed before the boundary. */
  facts: PullRequestFacts[];
  /** What the next page is asked with; null where the boundary, or the end, is reached. */
  next: unknown;
  /** When the first one on the page, wanted or not, had last been changed; null where there is none. */
  first: Date | null;
  /** When the one at the front of all had last been changed, once the page was read; absent where this isn't known, null where there is none. */
  front?: Date | null;
  /** How many pull requests the repository has, where this is known. */
  total?: number;
  /** Of those that were asked for; who lacks is gone. */
  standings: Standings;
}

/** What tells whether a pull request is still what it was, by number. */
export type Standings = Map<number, Pick<PullRequestRecord, 'state' | 'updatedAt'>>;

/** The pull requests of one repository, over one of GitHub's two APIs. All calls throw what the API throws. */
export interface PullRequestService {
  /** Which API; a place among the pages of one means nothing to the other. */
  readonly api: 'graphql' | 'rest';

  /**
   * Reads a page of pull requests with all of their reviews.
   * @param after `next` of the page before; null for the front.
   * @param boundary Those last changed before it aren't wanted; null for all.
   * @param open Numbers whose standing is to come along.
   */
  page(after: unknown, boundary: Date | null, open?: readonly number[]): Promise<Page>;

  /** Asks whether pull requests are there, and what they are. */
  standings(numbers: readonly number[]): Promise<Standings>;

  /** Reads pull requests with all of their reviews; those that are gone are left out. */
  read(numbers: readonly number[]): Promise<PullRequestFacts[]>;
}
