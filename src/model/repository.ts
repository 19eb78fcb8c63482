import type { Provider } from './providers.ts';

/** What a code host says of a repository in its listing, as JSON. */
export interface HostedFacts {
  /** The host's own id: stays when the repository is renamed or moved. */
  providerId: string;
  /** Default branch (short name); null while there is none. */
  ref: string | null;
  /** Commit of the default branch; null where there is none, or the listing doesn't tell. */
  head: string | null;
  isFork: boolean;
  isArchived: boolean;
  /** ISO-8601 */
  createdAt: string;
  tags: string[];
  settings: Record<string, unknown>;
}

/**
 * What a listing can tell of a repository's state without reading it: texts that are the same as long as nothing has
 * changed. Absent where the listing can't tell.
 */
export interface Probe {
  /** Of refs, and so of all that git holds. */
  git?: string;
  /** Of pull requests, their reviews and their comments. */
  pullRequests?: string;
}

/** Probe of pull requests that are switched off. When they're on again they are what they were: no time of change tells. */
export const OFF = 'off';

/** Probe of pull requests that are still being imported: more may come, with times of change long past. */
export const UNFINISHED = 'unfinished';

/**
 * A repository as a source lists it: small, because it travels through workflow histories, and
 * complete, because a failed `repoSync` is started again from its input alone.
 */
export interface ListedRepository {
  provider: Provider;
  /** Repository id (DESIGN of ids: `repositoryId`). */
  id: string;
  host: string;
  /** Full name ('owner/name'); the folder's name for a local repository without a remote. */
  name: string;
  /** What people are shown in place of the name, where that is the name of others too. */
  label?: string;
  url: string | null;
  /** Real path of a local repository (its work tree, or the bare repository). */
  path?: string;
  /** Of a repository at a code host. */
  hosted?: HostedFacts;
  probe?: Probe;
}

/** What people know a repository by. */
export function labelOf({ label, name }: Pick<ListedRepository, 'label' | 'name'>): string {
  return label ?? name;
}

/** A repository that a source found but can't hand over, with the reason. */
export interface RefusedRepository {
  name: string;
  reason: string;
}

/** One page of a listing. */
export interface RepositoryPage {
  repositories: ListedRepository[];
  refused: RefusedRepository[];
  /** Those of the input's `repos` that the page has, also where something else leaves them out. */
  named: string[];
  /** Where the next page begins; absent on the last page. */
  next?: string;
  /**
   * Between which the page lists every repository that the owner has, also those that weren't asked for: stored ones
   * that it lacks are gone. Bounds are times of creation (ISO-8601) or ids ({@link orderOfId}); an absent one is no bound.
   */
  covers?: { owner: string; host: string; orderedBy: 'created' | 'id'; after?: string; upTo?: string; providerIds: string[] };
}

/** A number as a text that sorts as numbers do. */
export function orderOfId(id: string): string {
  return id.padStart(20, '0');
}
