import { FatalError, RetryableError } from '../../../model/errors.ts';
import type { ListedRepository } from '../../../model/repository.ts';
import { type PullRequestFacts, toDate } from '../../hosted/pull-requests/facts.ts';
import { TooMuch } from '../../http/errors.ts';
import type { GitHub } from '../api.ts';
import { factsOfNode, stateOf } from './graphql-rows.ts';
import { checkIdentity } from './identity.ts';
import { PageSizes } from './page-sizes.ts';
import {
  type Aliased,
  aliasOf,
  factsQuery,
  NUMBER_QUERY,
  type PageAnswer,
  type PullRequestNode,
  pageQuery,
  REVIEWS_QUERY,
  type ReviewNode,
  type ReviewsAnswer,
  type StandingNode,
  standingsQuery,
} from './queries.ts';
import { PAGE, type Page, type PullRequestService, type Standings } from './service.ts';

/** Reviews that come along with each pull request: few have more. */
const REVIEWS = 50;
/** Reviews of one pull request on a page of their own, and pull requests whose standing is asked for at once. */
const MOST = 100;

/** Types of problems that trying again doesn't mend. */
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
  readonly #reviews = new PageSizes(halves(MOST));
  readonly #standings = new PageSizes(halves(MOST));

  constructor(github: GitHub, repository: ListedRepository, signal: AbortSignal) {
    this.#github = github;
    this.#repository = repository;
    this.#signal = signal;
  }

  async page(after: unknown, boundary: Date | null, open: readonly number[] = []): Promise<Page> {
    const { along, answer } = await this.#orNamed(
      () => this.#numberAfter(after),
      this.#pages.ask(async ({ requests, reviews }) => {
        const along = open.slice(0, (requests * MOST) / PAGE);
        const variables = { first: requests, reviews, after };
        return { along, answer: await this.#ask<PageAnswer & Aliased<StandingNode>>(pageQuery(along), variables, along.map(aliasOf)) };
      }),
    );
    const { nodes, pageInfo, totalCount } = answer.pullRequests;
    const all = present(nodes);
    const wanted = all.filter(({ updatedAt }) => boundary === null || new Date(updatedAt) >= boundary);
    return {
      facts: await this.#facts(wanted),
      next: wanted.length === all.length && pageInfo.hasNextPage ? pageInfo.endCursor : null,
      first: toDate(all[0]?.updatedAt),
      front: toDate(answer.front.nodes[0]?.updatedAt),
      total: totalCount,
      standings: new Map([...standingsOf(along, answer), ...(await this.standings(open.slice(along.length)))]),
    };
  }

  async standings(numbers: readonly number[]): Promise<Standings> {
    const standings: Standings = new Map();
    for (let at = 0; at < numbers.length; ) {
      const group = await this.#standings.ask(async (size) => {
        const asked = numbers.slice(at, at + size);
        return { asked, answer: await this.#ask<Aliased<StandingNode>>(standingsQuery(asked), {}, asked.map(aliasOf)) };
      });
      for (const [number, standing] of standingsOf(group.asked, group.answer)) standings.set(number, standing);
      at += group.asked.length;
    }
    return standings;
  }

  async read(numbers: readonly number[]): Promise<PullRequestFacts[]> {
    const facts: PullRequestFacts[] = [];
    for (let at = 0; at < numbers.length; ) {
      const group = await this.#orNamed(
        async () => numbers[at],
        this.#pages.ask(async ({ requests, reviews }) => {
          const asked = numbers.slice(at, at + requests);
          return { asked, answer: await this.#ask<Aliased<PullRequestNode>>(factsQuery(asked), { reviews }, asked.map(aliasOf)) };
        }),
      );
      facts.push(...(await this.#facts(nodesOf(group.asked, group.answer))));
      at += group.asked.length;
    }
    return facts;
  }

  /** Joins pull requests with their reviews, those included that didn't fit on the page. */
  async #facts(nodes: readonly PullRequestNode[]): Promise<PullRequestFacts[]> {
    const facts: PullRequestFacts[] = [];
    for (const node of nodes) {
      const reviews = await this.#allReviews(node);
      if (reviews !== null) facts.push(factsOfNode(this.#repository.id, node, reviews));
    }
    return facts;
  }

  /** @returns null where the pull request has gone meanwhile. */
  async #allReviews({ number, reviews }: PullRequestNode): Promise<ReviewNode[] | null> {
    const all = present(reviews.nodes);
    for (let { pageInfo } = reviews; pageInfo.hasNextPage; ) {
      const after = pageInfo.endCursor;
      const { pullRequest } = await this.#orNamed(
        async () => number,
        this.#reviews.ask((first) => this.#ask<ReviewsAnswer>(REVIEWS_QUERY, { number, first, after }, ['pullRequest'])),
      );
      if (pullRequest === null) return null;
      all.push(...present(pullRequest.reviews.nodes));
      pageInfo = pullRequest.reviews.pageInfo;
    }
    return all;
  }

  /**
   * Asks for fields of the repository.
   * @param missable Fields that are null where there is no such pull request.
   * @throws FatalError where the repository itself is gone, blocked or out of bounds; RetryableError where GitHub leaves
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

  async #numberAfter(after: unknown): Promise<number | undefined> {
    const answer = await this.#ask<Pick<PageAnswer, 'pullRequests'>>(NUMBER_QUERY, { after });
    return answer.pullRequests.nodes[0]?.number;
  }

  /** Says which pull request it is that GitHub can't answer for even by itself. */
  async #orNamed<Answer>(number: () => Promise<number | undefined>, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      throw new RetryableError(`It takes GitHub too long to tell of pull request #${await number()} of ${this.#repository.name} alone: ${error.message}`, {
        cause: error,
      });
    }
  }
}

/** A size, its half, and so on down to 1. */
function halves(size: number): number[] {
  return size === 1 ? [1] : [size, ...halves(Math.floor(size / 2))];
}

/** What GitHub hides is null in a list. */
function present<Node>(nodes: readonly (Node | null)[]): Node[] {
  return nodes.filter((node) => node !== null);
}

function nodesOf<Node>(numbers: readonly number[], answer: Aliased<Node>): Node[] {
  return present(numbers.map((number) => answer[aliasOf(number)] ?? null));
}

function standingsOf(numbers: readonly number[], answer: Aliased<StandingNode>): Standings {
  return new Map(nodesOf(numbers, answer).map(({ number, state, updatedAt }) => [number, { state: stateOf(state), updatedAt: toDate(updatedAt) }]));
}
