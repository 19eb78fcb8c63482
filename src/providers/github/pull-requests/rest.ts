import { HostRefusal } from '../../../http/errors.ts';
import type { ListedRepository } from '../../../model/repository.ts';
import { type PullRequestFacts, toDate } from '../../hosted/pull-requests/facts.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import type { GitHub } from '../api.ts';
import { hasMorePages } from '../pages.ts';
import { checkIdentity } from './identity.ts';
import { factsOfRest, type RestReview, stateOfRest } from './rest-rows.ts';
import { PAGE, type Page, type PullRequestService, type PullRequestStatuses, type ReadPullRequest } from './service.ts';

/** `next` of a page: its number, and what the page before it held. */
interface RestPageCursor {
  page: number;
  numbers: number[];
  /** When its last one had been changed. */
  lastUpdatedAt: string;
}

/** Rows on a page of which no row costs requests of its own. */
const MAX_PAGE_SIZE = 100;

/**
 * The pull requests of a repository over REST, for servers without GraphQL: two or three requests for each.
 *
 * Pages are counted, not pointed at. Changes push rows down, and those are met twice. A row that's deleted pulls the
 * others up, and one slips past between two pages: so after each page the end of the one before is looked at again, and
 * where it has been pulled up the pages begin anew.
 */
export class RestPullRequests implements PullRequestService {
  readonly api = 'rest';
  readonly #github: GitHub;
  readonly #repository: ListedRepository;
  readonly #common: { owner: string; repo: string; request: { signal: AbortSignal } };

  constructor(github: GitHub, repository: ListedRepository, signal: AbortSignal) {
    const [owner = '', repo = ''] = repository.name.split('/');
    this.#github = github;
    this.#repository = repository;
    this.#common = { owner, repo, request: { signal } };
  }

  async checkAnswering(): Promise<void> {
    const { data } = await this.#github.rest.repos.get(this.#common);
    checkIdentity(this.#repository, data.id);
  }

  async page(after: unknown, boundary: Date | null, open: readonly number[], failures: ItemFailures): Promise<Page> {
    const place = after as RestPageCursor | null;
    const page = place?.page ?? 1;
    const rows = await this.#list('all', page, PAGE);
    if (place !== null && (await this.#isPulledUp(place))) return this.page(null, boundary, open, failures);
    const wanted = rows.filter(({ updated_at }) => boundary === null || new Date(updated_at) >= boundary);
    const last = rows.at(-1);
    const next: RestPageCursor | null =
      last !== undefined && rows.length === PAGE && wanted.length === PAGE
        ? { page: page + 1, numbers: rows.map(({ number }) => number), lastUpdatedAt: last.updated_at }
        : null;
    return {
      wanted: wanted.map(({ number, updated_at }) => ({ number, updatedAt: new Date(updated_at) })),
      read: (numbers) => this.read(numbers, failures),
      next,
      first: toDate(rows[0]?.updated_at),
      // A page that is the first and the last was seen at one moment.
      ...(next === null && place !== null ? { front: await this.#front() } : {}),
      ...(rows.length < PAGE ? { total: (page - 1) * PAGE + rows.length } : {}),
      statuses: await this.statuses(open, failures),
    };
  }

  async statuses(numbers: readonly number[], failures: ItemFailures): Promise<PullRequestStatuses> {
    const statuses: PullRequestStatuses = new Map();
    if (numbers.length === 0) return statuses;
    const wanted = new Set(numbers);
    for (let page = 1, more = true; more; page++) {
      const rows = await this.#list('open', page, MAX_PAGE_SIZE);
      for (const { number, updated_at } of rows) if (wanted.delete(number)) statuses.set(number, { state: 'open', updatedAt: toDate(updated_at) });
      more = rows.length === MAX_PAGE_SIZE;
    }
    for (const number of wanted) {
      const pull = await failures.attempt(number, () => this.#get(number));
      if (pull === undefined) statuses.set(number, null);
      else if (pull !== null) statuses.set(number, { state: stateOfRest(pull), updatedAt: toDate(pull.updated_at) });
    }
    // Where the whole repository has gone meanwhile, this says so before anything is taken for deleted.
    if (statuses.size < numbers.length) await this.#list('open', 1, 1);
    return statuses;
  }

  async *read(numbers: readonly number[], failures: ItemFailures): AsyncGenerator<ReadPullRequest> {
    for (const number of numbers) {
      const facts = await failures.attempt(number, () => this.#tellOf(number));
      if (facts !== undefined) failures.settle(number);
      yield { number, facts: facts === undefined ? 'failed' : (facts ?? 'gone') };
    }
  }

  /** @returns null if the pull request has gone, which it may between two requests for it. */
  async #tellOf(number: number): Promise<PullRequestFacts | null> {
    const pull = await this.#get(number);
    if (pull === null) return null;
    try {
      const firstComment = pull.comments > 0 ? await this.#firstComment(number) : undefined;
      return factsOfRest(this.#repository.id, pull, firstComment, await this.#reviews(number));
    } catch (error) {
      if (isGone(error) && (await this.#get(number)) === null) return null;
      throw error;
    }
  }

  async #list(state: 'all' | 'open', page: number, size: number) {
    const { data } = await this.#github.rest.pulls.list({ ...this.#common, state, sort: 'updated', direction: 'desc', per_page: size, page });
    for (const { base } of data) checkIdentity(this.#repository, base.repo.id);
    return data;
  }

  /** When the one changed last had been changed; null if there is none. */
  async #front(): Promise<Date | null> {
    const [row] = await this.#list('all', 1, 1);
    return toDate(row?.updated_at);
  }

  /** Whether rows before the end of a page that was already read have gone. */
  async #isPulledUp({ page, numbers, lastUpdatedAt }: RestPageCursor): Promise<boolean> {
    const [row] = await this.#list('all', (page - 1) * PAGE, 1);
    return row === undefined || !(numbers.includes(row.number) || row.updated_at > lastUpdatedAt);
  }

  async #firstComment(number: number): Promise<string | undefined> {
    const { data } = await this.#github.rest.issues.listComments({ ...this.#common, issue_number: number, per_page: 1 });
    return data[0]?.created_at;
  }

  /** By their ids: one may be met twice. */
  async #reviews(number: number): Promise<RestReview[]> {
    const reviews = new Map<number, RestReview>();
    for (let page = 1, more = true; more; page++) {
      const reviewed = await this.#github.rest.pulls.listReviews({ ...this.#common, pull_number: number, per_page: MAX_PAGE_SIZE, page });
      for (const review of reviewed.data) reviews.set(review.id, review);
      more = hasMorePages(reviewed, MAX_PAGE_SIZE);
    }
    return [...reviews.values()];
  }

  /** @returns null if there is no such pull request. */
  async #get(number: number) {
    try {
      const { data } = await this.#github.rest.pulls.get({ ...this.#common, pull_number: number });
      checkIdentity(this.#repository, data.base.repo.id);
      return data;
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof HostRefusal && (error.status === 404 || error.status === 410);
}
