import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';
import type { PullRequestFacts } from '../../hosted/pull-requests/facts.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';

/** Pull requests that a page holds: with up to 50 reviews each, GraphQL answers it for one point. */
export const PAGE = 25;

/** A page of pull requests, those changed last first. */
export interface Page {
  /** Those that weren't last changed before the boundary. */
  wanted: readonly WantedPullRequest[];
  /** Reads some of these with all of their reviews, in the order given. */
  read(numbers: readonly number[]): AsyncGenerator<ReadPullRequest>;
  /** What the next page is asked with; null if the boundary, or the end, is reached. */
  next: unknown;
  /** When the first one on the page, wanted or not, had last been changed; null if there is none. */
  first: Date | null;
  /** When the one at the front of all had last been changed, once the page was read; absent where this isn't known, null if there is none. */
  front?: Date | null;
  /** How many pull requests the repository has, where this is known. */
  total?: number;
  /** Of those that were asked for; who lacks is gone. */
  statuses: PullRequestStatuses;
}

export interface WantedPullRequest {
  number: number;
  updatedAt: Date;
}

/** The outcome of reading a pull request. */
export interface ReadPullRequest {
  number: number;
  /** 'failed' where it was set aside. */
  facts: PullRequestFacts | 'gone' | 'failed';
}

/** Those that were read. */
export function factsIn(read: readonly ReadPullRequest[]): PullRequestFacts[] {
  return read.flatMap(({ facts }) => (typeof facts === 'string' ? [] : [facts]));
}

/** The status of pull requests, by number; null if it couldn't be read. */
export type PullRequestStatuses = Map<number, Pick<PullRequestRecord, 'state' | 'updatedAt'> | null>;

/**
 * The pull requests of one repository, over one of GitHub's two APIs. All calls throw what the API throws; a pull request
 * that fails by itself is set aside among the `failures`.
 */
export interface PullRequestService {
  /** Which API; a place among the pages of one means nothing to the other. */
  readonly api: 'graphql' | 'rest';

  /** Asks for the repository itself, to tell whether GitHub answers. */
  checkAnswering(): Promise<unknown>;

  /**
   * Asks for a page of pull requests.
   * @param after `next` of the page before; null for the front.
   * @param boundary Those last changed before it aren't wanted; null for all.
   * @param open Numbers whose status is to come along.
   */
  page(after: unknown, boundary: Date | null, open: readonly number[], failures: ItemFailures): Promise<Page>;

  /** Asks whether pull requests are there, and what they are. */
  statuses(numbers: readonly number[], failures: ItemFailures): Promise<PullRequestStatuses>;

  /** Reads pull requests with all of their reviews, in the order given. */
  read(numbers: readonly number[], failures: ItemFailures): AsyncGenerator<ReadPullRequest>;
}
