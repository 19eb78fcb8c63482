import type { Found } from './repository.ts';

/** A page of an owner's repositories, in the order they were created in. */
export interface FoundPage {
  found: Found[];
  /** Of those that the owner has and whose very names can't be read: why. */
  hidden?: string[];
  /** Where the next page begins: before the end of this one, so that both hold a repository. Absent on the last page. */
  next?: string;
}

/** An owner's repositories, over one of GitHub's two APIs. Calls throw what the API throws. */
export interface RepositoryService {
  readonly api: 'graphql' | 'rest';

  /**
   * @param place `next` of the page before; undefined for the front.
   * @returns undefined where there is no such owner.
   */
  page(owner: string, place: string | undefined, signal: AbortSignal): Promise<FoundPage | undefined>;
}
