/** Times are ISO 8601 in UTC with seconds, as GitHub writes them: `2024-01-31T12:00:00Z`. */
export type Time = string;

/** All that a GitHub of the tests knows. Plain data: change it between requests and the next answer differs. */
export interface World {
  owners: Owner[];
  tokens: Token[];
  apps: App[];
  repositories: Repository[];
  /** `x-github-enterprise-version`; null for an answer without it, as github.com gives. */
  enterpriseVersion: string | null;
}

export interface Owner {
  id: number;
  nodeId: string;
  login: string;
  type: 'Organization' | 'User';
  name: string | null;
  createdAt: Time;
  /** Logins; of organisations. */
  members: string[];
}

export interface Token {
  value: string;
  kind: 'personal' | 'fine-grained' | 'installation';
  /** Whose; null for an installation. */
  login: string | null;
  /** Classic ones only: `x-oauth-scopes`. */
  scopes: string[];
  /** Private repositories it sees, by id; public ones are open to all. */
  privateRepositories: 'all' | number[];
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  revoked: boolean;
  /** Organisations with single sign-on for which it isn't authorised. */
  ssoRequired: string[];
  /** Id, for an installation's. */
  installation?: number;
}

export interface App {
  id: number;
  slug: string;
  name: string;
  owner: string;
  /** PEM. */
  publicKey: string;
  /** PEM (PKCS #1, as GitHub hands them out); for the tests, the server doesn't read it. */
  privateKey: string;
  installations: Installation[];
}

export interface Installation {
  id: number;
  /** Login of the owner it is installed on. */
  account: string;
  /** Which of the owner's repositories, by id. */
  repositories: 'all' | number[];
  suspended: boolean;
}

export interface Repository {
  /** `databaseId` / REST `id`: survives renames and moves. */
  id: number;
  nodeId: string;
  owner: string;
  name: string;
  /** Full names it had before; they redirect until another repository takes them. */
  formerNames: string[];
  private: boolean;
  fork: boolean;
  archived: boolean;
  /** Taken down: 451 for `dmca`, 403 for `tos`. */
  disabled: 'dmca' | 'tos' | null;
  description: string | null;
  defaultBranch: string;
  /** No commit: the bare repository on disk has none. */
  empty: boolean;
  /** Bare repository that is served over git's smart HTTP. */
  path: string;
  language: string | null;
  topics: string[];
  /** SPDX. */
  license: string | null;
  createdAt: Time;
  updatedAt: Time;
  pushedAt: Time | null;
  pullRequests: PullRequest[];
}

export interface PullRequest {
  id: number;
  nodeId: string;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  /** Null for a deleted user. A bot's ends with `[bot]`; GraphQL leaves that ending out. */
  author: string | null;
  /** Full name; null when the fork was deleted. */
  headRepository: string | null;
  headRef: string;
  headOid: string;
  baseRef: string;
  baseOid: string;
  mergeCommit: string | null;
  additions: number;
  deletions: number;
  changedFiles: number;
  createdAt: Time;
  updatedAt: Time;
  mergedAt: Time | null;
  closedAt: Time | null;
  reviews: Review[];
  comments: { count: number; firstAt: Time | null };
  /** Comments on lines of the diff. */
  reviewComments: number;
}

export interface Review {
  id: number;
  nodeId: string;
  author: string | null;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  /** Null while pending. */
  submittedAt: Time | null;
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

export const fullName = (repository: Repository): string => `${repository.owner}/${repository.name}`;

/** By login, in any case. */
export const findOwner = (world: World, login: string): Owner | undefined => world.owners.find((owner) => same(owner.login, login));

/** By its present name first, then by a former one; `moved` tells which. */
export function findRepository(world: World, owner: string, name: string): { repository: Repository; moved: boolean } | undefined {
  const asked = `${owner}/${name}`;
  const present = world.repositories.find((repository) => same(fullName(repository), asked));
  if (present) return { repository: present, moved: false };
  const former = world.repositories.find((repository) => repository.formerNames.some((formerName) => same(formerName, asked)));
  return former && { repository: former, moved: true };
}

/** Renames or moves; what it was called redirects. */
export function renameRepository(repository: Repository, to: { owner?: string; name?: string }): void {
  repository.formerNames.push(fullName(repository));
  repository.owner = to.owner ?? repository.owner;
  repository.name = to.name ?? repository.name;
}

/** Whole seconds, no milliseconds. */
export const timeOf = (milliseconds: number): Time => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** The comments of a pull request's conversation, oldest first and a minute apart. */
export function commentsOf(pull: PullRequest): { id: number; createdAt: Time }[] {
  const first = Date.parse(pull.comments.firstAt ?? pull.createdAt);
  const base = 1_000_000_000 + (pull.id % 10_000_000) * 100;
  return Array.from({ length: pull.comments.count }, (_, index) => ({ id: base + index, createdAt: timeOf(first + index * 60_000) }));
}
