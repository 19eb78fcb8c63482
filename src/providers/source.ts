import type { OrgSyncInput, RepositoryOptions } from '../model/input.ts';
import type { ListedRepository, RepositoryPage } from '../model/repository.ts';
import type { RepositoryRecord } from '../schema/repos.ts';
import type { StageReading } from './stage.ts';

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
   * Returns the row of a repository as its listing describes it, without its git. Absent where no listing does.
   * @param headHash Commit of the default branch; null where there is none.
   */
  listedRecord?(repository: ListedRepository, headHash: string | null): RepositoryRecord;

  /** Brings the repository's git folder up to date and returns what it found there. */
  prepare(repository: ListedRepository, options: RepositoryOptions, paths: ClonePaths, signal: AbortSignal): Promise<PreparedRepository>;

  /**
   * Keeps a repository's git folder, and what it borrows from elsewhere, as `prepare` left it while a stage runs.
   * @throws NotPrepared; FatalError where it has been replaced.
   */
  hold(paths: ClonePaths): Promise<HeldFolder>;

  /** Pull requests and reviews. */
  readonly pullRequests: StageReading;
}

/** A git folder that is kept until it's disposed of. */
export interface HeldFolder extends AsyncDisposable {
  /**
   * Makes sure that all that was read until now is what `prepare` checked.
   * @throws FatalError
   */
  check(): Promise<void>;

  /**
   * Finds out what an error of a stage means.
   * @returns A `DamagedFolder` where the folder is damaged and `prepare` will make it anew; else the error.
   */
  diagnose(error: unknown): Promise<unknown>;
}

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
