import type { OrgSyncInput } from '../model/input.ts';
import type { RepositoryRecord } from '../model/records.ts';
import type { ListedRepository, RepositoryPage } from '../model/repository.ts';
import type { StageReader } from './stage.ts';

/** Where facts come from. Every provider passes the same contract suite. */
export interface Source {
  /**
   * Lists the repositories that an input asks for, one page at a time.
   * @param after `next` of the page before; undefined for the first one.
   * @throws InvalidInput where what is asked for can't be.
   */
  list(input: OrgSyncInput, after: string | undefined, signal: AbortSignal): Promise<RepositoryPage>;

  /**
   * Brings the repository's git folder up to date and says what it found there.
   * @param gitDir Bare repository of ours; made where it's missing.
   * @param refsFile Where to pin the refs.
   */
  prepare(repository: ListedRepository, gitDir: string, refsFile: string, signal: AbortSignal): Promise<PreparedRepository>;

  /** Pull requests and reviews. */
  readonly pullRequests: StageReader;
}

/** What `prepare` found. */
export interface PreparedRepository {
  record: RepositoryRecord;
  /** Commit that HEAD names; null while there is none. */
  head: string | null;
  /** Digest over HEAD and all refs: the same as long as nothing has changed. */
  refsDigest: string;
}
