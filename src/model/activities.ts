import type { OrgSyncInput, RepositoryOptions } from './input.ts';
import type { RowCounts } from './progress.ts';
import type { ListedRepository, RepositoryPage } from './repository.ts';
import type { Stage } from './stages.ts';

/** The state of a repository that all stages of a run read, even if it changes in the meantime. */
export interface Pin {
  /** Database the run writes to. */
  databaseId: string;
  /** Commit that HEAD named; null while there is none. */
  head: string | null;
  /** Digest over HEAD, all refs, and what makes the history shallow. */
  digest: string;
  /** Lease tokens of the states stored at that time, by stage: a state saved by a later run makes the pin outdated. */
  tokens?: Partial<Record<Stage, number>>;
}

/** A position in a stage's work, as JSON: small, and usable by any worker. */
export type Cursor = Record<string, unknown>;

/** The details of a stage's heartbeats; also left behind when it's cancelled. */
export interface StageCursor {
  /** A position in one stage says nothing about another one. */
  stage: Stage;
  /** Of the shape of `cursor`; absent in what 0.1.0 left, which is version 1. */
  version?: number;
  pin: Pin;
  /** When the first attempt began (ISO-8601): becomes the watermark. */
  begun: string;
  cursor: Cursor;
  rows: RowCounts;
  /** `since` of the lease that was held: a cursor can't be used once another run has written. */
  since?: number;
  /** Batches of the stage that the database had: a database with fewer was restored from a backup. Absent in what 0.1.0 left. */
  writes?: number;
  /** Attempt of the activity that made this progress. */
  attempt: number;
  /** Units of work done and in all, for showing progress. */
  done: number;
  total: number;
}

/** What a run had done before it had to prepare the repository again. */
export interface Earlier {
  pin: Pin;
  /** Stages that have ended. */
  ended: Stage[];
  /** Stages that were stopped in the middle. */
  begun: Stage[];
}

export interface PrepareInput {
  repository: ListedRepository;
  options: RepositoryOptions;
  /** Absent when the run prepares the repository for the first time. */
  earlier?: Earlier;
}

export interface PrepareResult {
  /** The verified repository; rows are written under its id. Absent in what earlier versions recorded. */
  repository?: ListedRepository;
  pin: Pin;
  /** Task queue of the workers that can read what was prepared. */
  gitTaskQueue: string;
  /** Stages that have something to do, in order; the watermarks of the others have been moved. */
  stages: Stage[];
}

export interface StageInput extends Omit<PrepareInput, 'earlier'> {
  pin: Pin;
  /** Id of the first run, which all runs of a continued workflow share; names the holder of leases. */
  firstRunId?: string;
  /** Where an earlier activity of this run left off. */
  from?: StageCursor;
}

/** A page and the database that the run's facts go to. */
export interface ListResult extends Omit<RepositoryPage, 'covers' | 'named'> {
  databaseId: string;
  /** Selected repositories without anything new, which need no run of their own. */
  unchanged: number;
}

export interface StageResult {
  rows: RowCounts;
  /** Which items the stage skipped and why; absent if it skipped none. */
  incomplete?: string;
}

export interface ListInput {
  input: OrgSyncInput;
  /** `next` of the page before. */
  after?: string;
  /** How many more repositories to return at most. */
  limit?: number;
}

/**
 * Type of the failure of a stage whose git folder was prepared on another worker or for another database. The repository
 * has to be prepared again.
 */
export const NOT_PREPARED = 'NotPrepared';

/** Type of the failure of a stage whose clone is damaged. Preparing again clones anew, which helps unless the origin is damaged. */
export const DAMAGED = 'Damaged';

/** Type of the failure of an activity whose token is refused: every other activity with that token would fail too. */
export const BAD_TOKEN = 'BadToken';

/** Type of the failure of an activity that has to wait for a rate limit; its details are a {@link Wait} and its cursor. */
export const RATE_LIMITED = 'RateLimited';

/** Type of the failure of an activity whose worker was shut down. It's retried, on this worker or another one. */
export const WORKER_STOPPED = 'WorkerStopped';

/** Type of the failure of a workflow that stored a repository except for some items; its detail holds the row counts. */
export const INCOMPLETE = 'Incomplete';

/** Type of the failure of a stage that another run is writing; its details are a {@link Wait}. */
export const LEASE_HELD = 'LeaseHeld';

/** Type of the failure of a stage that another run has saved since the repository was prepared, which has to be prepared again. */
export const OUTDATED = 'Outdated';

/** Until when a service or a stage isn't available, and why. */
export interface Wait {
  /** ISO-8601 */
  until: string;
  reason: string;
  /** The run that holds the stage's lease; absent for a rate limit. */
  holder?: string;
}

/** The activities that workflows call; made by `createActivities`. */
export interface Activities extends Record<Stage, (input: StageInput) => Promise<StageResult>> {
  listRepositories(input: ListInput): Promise<ListResult>;
  /** Returns the id of the database that facts are written to now. */
  currentDatabase(): Promise<string>;
  prepareRepository(input: PrepareInput): Promise<PrepareResult>;
}
