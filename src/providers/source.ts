import type { OrgSyncInput, RepositoryOptions } from '../model/input.ts';
import type { ListedRepository, RepositoryPage } from '../model/repository.ts';
import type { RepositoryRecord } from '../schema/repos.ts';
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
   * Asks which of an owner's repositories have pull requests that changed, where that is cheaper than asking each one.
   * @param since ISO-8601, by the host's clock; null to learn just `asOf`.
   * @returns undefined where this owner can't be asked so.
   */
  changedPullRequests?(input: OrgSyncInput, since: string | null, signal: AbortSignal): Promise<PullRequestChanges | undefined>;

  /**
   * Makes sure that a repository is one that this source may be asked for, before anything is read or written: whoever
   * may start a workflow may make one up. Absent where `prepare` does it before all else.
   * @throws FatalError
   */
  check?(repository: ListedRepository, options: RepositoryOptions): Promise<unknown>;

  /**
   * Reads anew what a listing says of a repository: of a local one by its path, of a host's by the host's own id or name.
   * @returns undefined if there is none such.
   * @throws InvalidInput or FatalError if it can't be read.
   */
  look(repository: ListedRepository, options: RepositoryOptions, signal: AbortSignal): Promise<ListedRepository | undefined>;

  /**
   * Brings the repository's git folder up to date and says what it found there.
   */
  prepare(repository: ListedRepository, options: RepositoryOptions, paths: ClonePaths, signal: AbortSignal): Promise<PreparedRepository>;

  /**
   * Holds what a repository's git folder borrows from elsewhere, as `prepare` left it, while a stage reads it. Absent
   * where it borrows nothing.
   * @throws NotPrepared; FatalError where it has been replaced.
   */
  hold?(paths: ClonePaths): Promise<Held>;

  /**
   * Whether pull requests that changed need the git folder, too. They ask for it by throwing `NotPrepared`, unless a run
   * reads nothing but pull requests, which makes no clone: then they do without, and say so with {@link PARTIAL}.
   */
  readonly pullRequestsReadGit?: boolean;

  /** Pull requests and reviews. */
  readonly pullRequests: StageReader;
}

/** What a git folder borrows from elsewhere, until it's disposed of. */
export interface Held extends AsyncDisposable {
  /**
   * Makes sure that all that was read until now is what `prepare` checked.
   * @throws FatalError
   */
  check(): Promise<void>;
}

/** Set (true) in what a stage of pull requests leaves where a run that has the git folder has more to tell. */
export const PARTIAL = 'partial';

/** Which repositories of an owner have pull requests that changed within a time. */
export interface PullRequestChanges {
  /** ISO-8601, by the host's clock; null where nothing was asked but `asOf`. */
  since: string | null;
  /** Up to when no others have changed (ISO-8601). */
  asOf: string;
  /** The host's ids of the changed ones; null where there are too many to tell. */
  changed: string[] | null;
}

/** Where a worker keeps what it needs to read a repository. */
export interface ClonePaths {
  /** Bare repository of ours; made where it's missing. */
  gitDir: string;
  /** Refs as they were when this run pinned them. */
  refsFile: string;
}

/** What `prepare` found. */
export interface PreparedRepository {
  record: RepositoryRecord;
  /** Commit that HEAD names; null while there is none. */
  head: string | null;
  /** Digest over HEAD and all refs: the same as long as nothing has changed. */
  refsDigest: string;
}
