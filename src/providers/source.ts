import type { OrgSyncInput, RepositoryOptions } from '../model/input.ts';
import type { ListedRepository, RepositoryPage } from '../model/repository.ts';
import type { RepositoryRecord } from '../schema/repos.ts';
import type { StageReading } from './stage.ts';

/** Where facts come from. Every provider passes the same contract suite. */
export interface Source {
  /**
   * Lists the repositories that an input asks for, one page at a time.
   * @param after `next` of the page before; undefined for the first one.
   * @throws InvalidInput if the input can't be satisfied.
   */
  list(input: OrgSyncInput, after: string | undefined, signal: AbortSignal): Promise<RepositoryPage>;

  /**
   * Lists which of an owner's repositories have pull requests that changed, if that is cheaper than asking for each one.
   * @param since ISO-8601, by the host's clock; null to learn just `asOf`.
   * @returns undefined if this owner has no such list.
   */
  changedPullRequests?(input: OrgSyncInput, since: string | null, signal: AbortSignal): Promise<PullRequestChanges | undefined>;

  /**
   * Checks that this source may read a repository, before anything is read or written: whoever may start a workflow may
   * invent one. Absent if `prepare` checks it first.
   * @throws FatalError
   */
  check?(repository: ListedRepository, options: RepositoryOptions): Promise<unknown>;

  /**
   * Reads again what a listing says about a repository: a local one by its path, a hosted one by the host's id or name.
   * @returns undefined if there is none.
   * @throws InvalidInput or FatalError if it can't be read.
   */
  look(repository: ListedRepository, options: RepositoryOptions, signal: AbortSignal): Promise<ListedRepository | undefined>;

  /**
   * Returns the row of a repository as its listing describes it, without its git. Absent where no listing does.
   * @param headHash Commit of the default branch; null if there is none.
   */
  listedRecord?(repository: ListedRepository, headHash: string | null): RepositoryRecord;

  /** Brings the repository's git folder up to date and returns what it found there. */
  prepare(repository: ListedRepository, options: RepositoryOptions, paths: ClonePaths, signal: AbortSignal): Promise<PreparedRepository>;

  /**
   * Keeps a repository's git folder, and what it borrows from elsewhere, as `prepare` left it while a stage runs.
   * @throws NotPrepared; FatalError if it has been replaced.
   */
  hold(paths: ClonePaths): Promise<HeldFolder>;

  /** Pull requests and reviews. */
  readonly pullRequests: StageReading;
}

/** A git folder that is kept until it's disposed of. */
export interface HeldFolder extends AsyncDisposable {
  /**
   * Checks that everything read so far is what `prepare` checked.
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
  /** ISO-8601, by the host's clock; null if only `asOf` was requested. */
  since: string | null;
  /** Up to when no others have changed (ISO-8601). */
  asOf: string;
  /** The host's ids of the changed repositories; null if there are too many. */
  changed: string[] | null;
}

/** Where a worker keeps what it needs to read a repository. */
export interface ClonePaths {
  /** Bare repository of ours; created if it is missing. */
  gitDir: string;
  /** Refs as they were when this run pinned them. */
  refsFile: string;
}

/** What `prepare` found. */
export interface PreparedRepository {
  record: RepositoryRecord;
  /** Commit that HEAD names; null if there is none. */
  head: string | null;
  /** Digest of HEAD and all refs: unchanged as long as they are. */
  refsDigest: string;
}
