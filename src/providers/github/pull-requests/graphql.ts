import { FatalError, RetryableError } from '../../../model/errors.ts';
import type { ListedRepository } from '../../../model/repository.ts';
import { toDate } from '../../hosted/pull-requests/facts.ts';
import { type ItemFailures, isItemFailure } from '../../hosted/pull-requests/item-failures.ts';
import type { GitHub } from '../api.ts';
import { factsOfNode, stateOf } from './graphql-rows.ts';
import { checkIdentity } from './identity.ts';
import { PageSizes } from './page-sizes.ts';
import {
  type Aliased,
  aliasOf,
  factsQuery,
  OUTLINE_QUERY,
  type OutlineNode,
  type PageAnswer,
  type PullRequestNode,
  pageQuery,
  REPOSITORY_QUERY,
  REVIEWS_QUERY,
  type ReviewNode,
  type ReviewsAnswer,
  type StatusNode,
  statusesQuery,
} from './queries.ts';
import { PAGE, type Page, type PullRequestService, type PullRequestStatuses, type ReadPullRequest } from './service.ts';

/** Reviews that are read with each pull request: few have more. */
const REVIEWS = 50;
/** Reviews of one pull request on a page of their own, and pull requests whose status is asked for at once. */
const MAX_PAGE_SIZE = 100;

/** Types of problems that a retry doesn't fix. */
const HIDDEN: ReadonlySet<string> = new Set(['FORBIDDEN', 'NOT_FOUND']);

/** The pull requests of a repository over GraphQL. */
export class GraphqlPullRequests implements PullRequestService {
  readonly api = 'graphql';
  readonly #github: GitHub;
  readonly #repository: ListedRepository;
  readonly #signal: AbortSignal;
  readonly #pages = new PageSizes([
    ...halves(PAGE).map((requests) => ({ requests, reviews: REVIEWS })),
    ...halves(REVIEWS)
      .slice(1)
      .map((reviews) => ({ requests: 1, reviews })),
  ]);
  readonly #reviews = new PageSizes(halves(MAX_PAGE_SIZE));
  readonly #statuses = new PageSizes(halves(MAX_PAGE_SIZE));

  constructor(github: GitHub, repository: ListedRepository, signal: AbortSignal) {
    this.#github = github;
    this.#repository = repository;
    this.#signal = signal;
  }

  async checkAnswering(): Promise<void> {
    await this.#ask<object>(REPOSITORY_QUERY, {});
  }

  async page(after: unknown, boundary: Date | null, open: readonly number[], failures: ItemFailures): Promise<Page> {
    const { along, answer } = await this.#askForLess(this.#pages, async ({ requests, reviews }) => {
      const along = open.slice(0, (requests * MAX_PAGE_SIZE) / PAGE);
      const variables = { first: requests, reviews, after };
      return { along, answer: await this.#ask<PageAnswer & Aliased<StatusNode>>(pageQuery(along), variables, along.map(aliasOf)) };
    }).catch((error: unknown) => this.#outline(after, error));
    const nodes = new Map(present<PullRequestNode | FailedNode>(answer.pullRequests.nodes).map((node) => [node.number, node]));
    const wanted = [...nodes.values()].map(({ number, updatedAt }) => ({ number, updatedAt: new Date(updatedAt) }));
    const within = wanted.filter(({ updatedAt }) => boundary === null || updatedAt >= boundary);
    const { pageInfo, totalCount } = answer.pullRequests;
    return {
      wanted: within,
      read: (numbers) =>
        this.#factsOf(
          numbers.flatMap((number) => nodes.get(number) ?? []),
          failures,
        ),
      next: within.length === wanted.length && pageInfo.hasNextPage ? pageInfo.endCursor : null,
      first: wanted[0]?.updatedAt ?? null,
      front: toDate(answer.front.nodes[0]?.updatedAt),
      total: totalCount,
      statuses: new Map([...statusesOf(along, answer), ...(await this.statuses(open.slice(along.length), failures))]),
    };
  }

  /**
   * A page of a pull request that GitHub can't answer for even by itself: just what tells which one it is.
   * @param error What asking for it ended with, and what reading it ends with.
   */
  async #outline(after: unknown, error: unknown) {
    if (!isItemFailure(error)) throw error;
    const { pullRequests, front } = await this.#ask<PageAnswer<OutlineNode>>(OUTLINE_QUERY, { after });
    if (present(pullRequests.nodes).length === 0) throw error;
    const nodes = present(pullRequests.nodes).map(({ number, updatedAt }): FailedNode => ({ number, updatedAt, error }));
    return { along: [], answer: { pullRequests: { ...pullRequests, nodes }, front } };
  }

  async statuses(numbers: readonly number[], failures: ItemFailures): Promise<PullRequestStatuses> {
    const statuses: PullRequestStatuses = new Map();
    for (let at = 0; at < numbers.length; ) {
      const first = numbers[at] as number;
      // If even the smallest request fails, this pull request is the cause.
      const group = await failures.attempt(first, () =>
        this.#askForLess(this.#statuses, async (size) => {
          const asked = numbers.slice(at, at + size);
          return { asked, answer: await this.#ask<Aliased<StatusNode>>(statusesQuery(asked), {}, asked.map(aliasOf)) };
        }),
      );
      if (group === undefined) statuses.set(first, null);
      else for (const [number, status] of statusesOf(group.asked, group.answer)) statuses.set(number, status);
      at += group?.asked.length ?? 1;
    }
    return statuses;
  }

  async *read(numbers: readonly number[], failures: ItemFailures): AsyncGenerator<ReadPullRequest> {
    for (let at = 0; at < numbers.length; ) {
      const first = numbers[at] as number;
      const group = await failures.attempt(first, () =>
        this.#askForLess(this.#pages, async ({ requests, reviews }) => {
          const asked = numbers.slice(at, at + requests);
          return { asked, answer: await this.#ask<Aliased<PullRequestNode>>(factsQuery(asked), { reviews }, asked.map(aliasOf)) };
        }),
      );
      if (group === undefined) yield { number: first, facts: 'failed' };
      for (const number of group?.asked ?? []) {
        const node = group?.answer[aliasOf(number)] ?? null;
        if (node === null) yield { number, facts: 'gone' };
        else yield* this.#factsOf([node], failures);
      }
      at += group?.asked.length ?? 1;
    }
  }

  /** Joins pull requests with their reviews, including those that didn't fit on the page. */
  async *#factsOf(nodes: readonly (PullRequestNode | FailedNode)[], failures: ItemFailures): AsyncGenerator<ReadPullRequest> {
    for (const node of nodes) {
      const { number } = node;
      const facts = await failures.attempt(number, async () => {
        if ('error' in node) throw node.error;
        const reviews = await this.#allReviews(node);
        return reviews && factsOfNode(this.#repository.id, node, reviews);
      });
      if (facts !== undefined) failures.settle(number);
      yield { number, facts: facts === undefined ? 'failed' : (facts ?? 'gone') };
    }
  }

  /** @returns null if the pull request has gone meanwhile. */
  async #allReviews({ number, reviews }: PullRequestNode): Promise<ReviewNode[] | null> {
    const all = present(reviews.nodes);
    for (let { pageInfo } = reviews; pageInfo.hasNextPage; ) {
      const after = pageInfo.endCursor;
      const { pullRequest } = await this.#askForLess(this.#reviews, (first) =>
        this.#ask<ReviewsAnswer>(REVIEWS_QUERY, { number, first, after }, ['pullRequest']),
      );
      if (pullRequest === null) return null;
      all.push(...present(pullRequest.reviews.nodes));
      pageInfo = pullRequest.reviews.pageInfo;
    }
    return all;
  }

  /** Makes the request smaller and smaller, also if a single pull request fails, which is so if GitHub answers for the repository. */
  #askForLess<Size, Answer>(sizes: PageSizes<Size>, request: (size: Size) => Promise<Answer>): Promise<Answer> {
    return sizes.ask(request, async (error) => {
      if (!isItemFailure(error)) return false;
      await this.checkAnswering();
      return true;
    });
  }

  /**
   * Asks for fields of the repository.
   * @param missable Fields that are null if there is no such pull request.
   * @throws FatalError if the repository itself is gone, blocked or out of bounds; RetryableError if GitHub leaves
   *   anything else out, as a row made from it would be wrong.
   */
  async #ask<Fields>(query: string, variables: Record<string, unknown>, missable: readonly string[] = []): Promise<Fields> {
    const [owner = '', name = ''] = this.#repository.name.split('/');
    const { data, errors } = await this.#github.graphql<{ repository: (Fields & { databaseId: number }) | null }>(
      query,
      { owner, name, ...variables },
      this.#signal,
    );
    const problem = errors.find(({ type, path }) => type !== 'NOT_FOUND' || path?.length !== 2 || !missable.includes(String(path[1])));
    if (data.repository === null && HIDDEN.has(problem?.type ?? '')) {
      throw new FatalError(`GitHub doesn't show the pull requests of ${this.#repository.name}: ${problem?.message} Check what the token may read.`);
    }
    if (problem !== undefined || data.repository === null) {
      throw new RetryableError(`GitHub answered for ${this.#repository.name} in part: ${problem?.message ?? 'without the repository'}`);
    }
    checkIdentity(this.#repository, data.repository.databaseId);
    return data.repository;
  }
}

/** A size, its half, and so on down to 1. */
function halves(size: number): number[] {
  return size === 1 ? [1] : [size, ...halves(Math.floor(size / 2))];
}

/** Removes what GitHub hides, which is null in a list. */
function present<Node>(nodes: readonly (Node | null)[]): Node[] {
  return nodes.filter((node) => node !== null);
}

/** A pull request of which nothing else can be read. */
interface FailedNode extends OutlineNode {
  error: unknown;
}

function nodesOf<Node>(numbers: readonly number[], answer: Aliased<Node>): Node[] {
  return present(numbers.map((number) => answer[aliasOf(number)] ?? null));
}

function statusesOf(numbers: readonly number[], answer: Aliased<StatusNode>): PullRequestStatuses {
  return new Map(nodesOf(numbers, answer).map(({ number, state, updatedAt }) => [number, { state: stateOf(state), updatedAt: toDate(updatedAt) }]));
}
