import { TooMuch, unwrapTooLarge } from '../../../http/errors.ts';
import { clip } from '../../../model/clip.ts';
import { type FatalError, RetryableError } from '../../../model/errors.ts';
import type { FoundPage, RepositoryService } from '../../hosted/listing.ts';
import type { GitHub, GraphqlProblem } from '../api.ts';
import { GraphqlRefusal } from '../errors.ts';
import type { Found } from './repository.ts';

/** Fields that identify a repository: nothing else can be read of one that was taken down. */
const NAMED = 'databaseId nameWithOwner url isFork isArchived isDisabled createdAt pushedAt visibility description';

const DESCRIBED = `${NAMED}
  defaultBranchRef { name target { oid } }
  primaryLanguage { name }
  licenseInfo { spdxId }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  branches: refs(refPrefix: "refs/heads/") { totalCount }
  tags: refs(refPrefix: "refs/tags/") { totalCount }
  pullRequests(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount nodes { updatedAt } }`;

const listing = (fields: string) => `query repositories($owner: String!, $first: Int!, $after: String) {
  repositoryOwner(login: $owner) {
    repositories(first: $first, after: $after, ownerAffiliations: [OWNER], orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage }
      edges { cursor node { ${fields} } }
    }
  }
}`;

interface Named {
  databaseId: number;
  nameWithOwner: string;
  url: string;
  isFork: boolean;
  isArchived: boolean;
  isDisabled: boolean;
  createdAt: string;
  pushedAt: string | null;
  visibility: string;
  description: string | null;
}

interface Described extends Named {
  defaultBranchRef: { name: string; target: { oid: string } | null } | null;
  primaryLanguage: { name: string } | null;
  licenseInfo: { spdxId: string | null } | null;
  repositoryTopics: { nodes: ({ topic: { name: string } } | null)[] | null };
  branches: { totalCount: number } | null;
  tags: { totalCount: number } | null;
  pullRequests: { totalCount: number; nodes: ({ updatedAt: string } | null)[] | null };
}

interface Answer<T> {
  repositoryOwner: {
    repositories: { pageInfo: { hasNextPage: boolean }; edges: ({ cursor: string; node: T | null } | null)[] | null } | null;
  } | null;
}

/** GitHub's maximum page size. */
const MAX_PAGE_SIZE = 100;

/** Fewer can't hold both a repository of the page before and another one. */
const MIN_PAGE_SIZE = 2;

/** Lists repositories together with what shows whether they contain anything new: one request per page. */
export function graphqlListing(github: GitHub): RepositoryService<Found> {
  return {
    api: 'graphql',
    orderedBy: 'created',
    async page(owner, place, signal) {
      for (let first = MAX_PAGE_SIZE; ; first = Math.ceil(first / 2)) {
        try {
          return await page(github, { owner, first, after: place ?? null }, signal);
        } catch (error) {
          if (!(error instanceof TooMuch) || first === MIN_PAGE_SIZE) throw unwrapTooLarge(error);
        }
      }
    },
  };
}

interface Variables extends Record<string, unknown> {
  owner: string;
  first: number;
  after: string | null;
}

async function page(github: GitHub, variables: Variables, signal: AbortSignal): Promise<FoundPage<Found> | undefined> {
  const { data, errors } = await github.graphql<Answer<Described>>(listing(DESCRIBED), variables, signal);
  const owned = data.repositoryOwner?.repositories ?? undefined;
  if (owned === undefined) {
    // Without one there is no such owner.
    const [problem] = errors.filter(({ type, path }) => path?.[0] === 'repositoryOwner' && type !== 'NOT_FOUND');
    if (problem !== undefined) throw refusalOf(problem, variables.owner, github.host);
    return undefined;
  }
  const edges = owned.edges ?? [];
  const found: Found[] = [];
  const hidden: { index: number; reason: string }[] = [];
  /** Where the last one of `found` stands. */
  let end = -1;
  // What can't be read of a repository may take all of it out of the answer.
  const names = edges.every((edge) => edge?.node) ? new Map<string, Named | null>() : await namesOf(github, variables, signal);
  for (const [index, edge] of edges.entries()) {
    const name = edge?.node ?? names.get(edge?.cursor ?? '');
    // Removed between the two requests.
    if (name === undefined) continue;
    if (name === null) {
      hidden.push({ index, reason: reasonAt(errors, index) });
      continue;
    }
    end = index;
    if (edge?.node) {
      checkWhole(errors, index, edge.node.nameWithOwner);
      found.push({ ...named(edge.node), ...described(edge.node), ...(edge.node.isDisabled ? { refused: DISABLED } : {}) });
    } else found.push({ ...named(name), refused: reasonAt(errors, index) });
  }
  const reasons = (upTo: number) => hidden.filter(({ index }) => index <= upTo).map(({ reason }) => reason);
  if (!owned.pageInfo.hasNextPage) return { found, hidden: reasons(edges.length) };
  // The hidden ones at the end are told of with the next page, which begins before them.
  const overlapping = edges[end - 1]?.cursor;
  if (overlapping !== undefined) return { found, hidden: reasons(end), next: overlapping };
  // Nothing by which the next page could be told to follow this one: it's read with it.
  const after = edges.at(-1)?.cursor;
  if (after === undefined) throw new RetryableError(`GitHub says that ${variables.owner} has more repositories, and lists none`);
  const more = await page(github, { ...variables, after }, signal);
  return more && { ...more, found: [...found, ...more.found], hidden: [...reasons(edges.length), ...(more.hidden ?? [])] };
}

/** Why the owner is there and can't be read, as where single sign-on is asked for. GitHub names the types of what lasts. */
function refusalOf({ type, message }: GraphqlProblem, owner: string, host: string): FatalError | RetryableError {
  const what = `${host} doesn't list the repositories of '${owner}': ${clip(message, 300)}`;
  if (type === undefined) return new RetryableError(what);
  const advice = /saml|single sign-on/i.test(message)
    ? `Authorise the token for '${owner}' in its settings, under "Configure SSO".`
    : 'Check what the token may read.';
  return new GraphqlRefusal(`${what} ${advice}`, [type]);
}

const DISABLED = 'GitHub has disabled it';

/** Types of problems that a retry doesn't fix. */
const HIDDEN: ReadonlySet<string> = new Set(['FORBIDDEN', 'NOT_FOUND']);

/** @throws RetryableError if GitHub left out a part for now: without its default branch a repository would look empty. */
function checkWhole(errors: readonly GraphqlProblem[], index: number, name: string): void {
  const problem = errorsAt(errors, index).find(({ type }) => !HIDDEN.has(type ?? ''));
  if (problem !== undefined) throw new RetryableError(`GitHub api of ${name} in part: ${clip(problem.message, 300)}`);
}

function errorsAt(errors: readonly GraphqlProblem[], index: number): GraphqlProblem[] {
  return errors.filter(({ path }) => path?.[2] === 'edges' && path[3] === index);
}

/** The repositories of a page with what can be read of each, by cursor; null if that's nothing. */
async function namesOf(github: GitHub, variables: Variables, signal: AbortSignal): Promise<Map<string, Named | null>> {
  const { data, errors } = await github.graphql<Answer<Named>>(listing(NAMED), variables, signal);
  const edges = data.repositoryOwner?.repositories?.edges;
  // Without any, all of them would be taken for gone.
  if (!edges) throw new RetryableError(`GitHub didn't name the repositories of ${variables.owner}: ${clip(errors[0]?.message ?? 'it gives no reason', 300)}`);
  return new Map(edges.flatMap((edge) => (edge === null ? [] : [[edge.cursor, edge.node]])));
}

function reasonAt(errors: readonly GraphqlProblem[], index: number): string {
  const reasons = errorsAt(errors, index).map(({ message }) => message);
  return `GitHub doesn't hand it out: ${[...new Set(reasons)].join('; ') || 'it gives no reason'}`;
}

function named(node: Named): Found {
  return {
    id: String(node.databaseId),
    name: node.nameWithOwner,
    url: node.url,
    ref: null,
    head: null,
    description: node.description,
    visibility: node.visibility.toLowerCase(),
    language: null,
    license: null,
    topics: [],
    isFork: node.isFork,
    isArchived: node.isArchived,
    createdAt: node.createdAt,
    order: node.createdAt,
    pushedAt: node.pushedAt,
  };
}

function described({ defaultBranchRef, primaryLanguage, licenseInfo, repositoryTopics, branches, tags, pullRequests }: Described): Partial<Found> {
  return {
    ref: defaultBranchRef?.name ?? null,
    head: defaultBranchRef?.target?.oid ?? null,
    language: primaryLanguage?.name ?? null,
    license: licenseInfo?.spdxId ?? null,
    topics: (repositoryTopics.nodes ?? []).flatMap((node) => node?.topic.name ?? []),
    refs: { branches: branches?.totalCount ?? 0, tags: tags?.totalCount ?? 0 },
    pullRequests: { total: pullRequests.totalCount, updatedAt: pullRequests.nodes?.[0]?.updatedAt ?? null },
  };
}
