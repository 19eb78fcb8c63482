import type { Provider } from './stages.ts';

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
  url: string | null;
  /** Real path of a local repository (its work tree, or the bare repository). */
  path?: string;
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
  /** Where the next page begins; absent on the last page. */
  next?: string;
}
