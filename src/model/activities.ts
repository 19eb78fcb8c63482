import type { OrgSyncInput, RepositoryOptions } from './input.ts';
import type { RowCounts } from './progress.ts';
import type { ListedRepository, RepositoryPage } from './repository.ts';
import type { Stage } from './stages.ts';

/** The state of a repository that all stages of one run read, however much it moves meanwhile. */
export interface Pin {
  /** Database the run writes to. */
  databaseId: string;
  /** Commit that HEAD named; null while there is none. */
  head: string | null;
  /** Digest over HEAD, all refs, and what makes the history shallow. */
  digest: string;
  /** Tokens of the states that were stored then, by stage: one that a later run has saved makes the pin outdated. */
  tokens?: Partial<Record<Stage, number>>;
}

/** A place in a stage's work, as JSON: small, and good for any worker. */
export type Cursor = Record<string, unknown>;

/** What an activity keeps in its heartbeats, and leaves behind when it's cancelled. */
export interface StageCursor {
  /** A place in one stage's work says nothing about another's. */
  stage: Stage;
  /** Of the shape of `cursor`; absent in what 0.1.0 left, which is version 1. */
  version?: number;
  pin: Pin;
  /** When the first attempt began (ISO-8601): becomes the watermark. */
  begun: string;
  cursor: Cursor;
  rows: RowCounts;
  /** `since` of the lease that was held: a cursor is of no use once another run has written. */
  since?: number;
  /** Batches of the stage that the database had taken: one that has fewer was restored from a backup. Absent in what 0.1.0 left. */
  writes?: number;
  /** Try of the activity that got there; a cursor that another activity left says nothing of this one's. */
  attempt: number;
  /** Units of work ended and in all, for showing progress. */
  done: number;
  total: number;
}

/** What a run has done of a repository before it had to prepare it again. */
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
  /** Absent where the run prepares the repository for the first time. */
  earlier?: Earlier;
}

export interface PrepareResult {
  /** The repository that was found, whose id rows are written under. Absent in what earlier versions recorded. */
  repository?: ListedRepository;
  pin: Pin;
  /** Task queue of the workers that can read what was prepared. */
  gitTaskQueue: string;
  /** Stages that have something to do, in order; the others' watermarks are already moved. */
  stages: Stage[];
}

export interface StageInput extends Omit<PrepareInput, 'earlier'> {
  pin: Pin;
  /** Id of the workflow's first run, which those that it continues as share; names the holder of leases. */
  firstRunId?: string;
  /** Where an earlier activity of this run got to. */
  from?: StageCursor;
}

/** A page and the database that the run's facts go to. */
export interface ListResult extends Omit<RepositoryPage, 'covers' | 'named'> {
  databaseId: string;
  /** Repositories that were asked for and hold nothing new: they need no run of their own. */
  unchanged: number;
}

export interface StageResult {
  rows: RowCounts;
  /** Which items the stage skipped and why; absent where it skipped none. */
  incomplete?: string;
}

export interface ListInput {
  input: OrgSyncInput;
  /** `next` of the page before. */
  after?: string;
  /** How many repositories may still be taken. */
  limit?: number;
}

/**
 * Type of the failure of a stage that can't go on with what was prepared: the git folder is another worker's, or the
 * database another one. Preparing again mends it.
 */
export const NOT_PREPARED = 'NotPrepared';

/** Type of the failure of a stage whose clone is damaged. Preparing again makes it anew, which mends what isn't damaged at its origin. */
export const DAMAGED = 'Damaged';

/** Type of the failure of an activity whose token is refused: no other one that uses it can do anything. */
export const BAD_TOKEN = 'BadToken';

/** Type of the failure of an activity that has to wait for a time; its details are a {@link Wait} and the cursor it leaves. */
export const RATE_LIMITED = 'RateLimited';

/** Type of the failure of an activity whose worker was told to stop. It's started again, on this worker or on another one. */
export const WORKER_STOPPED = 'WorkerStopped';

/** Type of the failure of a workflow that stored a repository but for some items; its detail holds the rows. */
export const INCOMPLETE = 'Incomplete';

/** Type of the failure of a stage that another run is writing; its details are a {@link Wait}. */
export const LEASE_HELD = 'LeaseHeld';

/** Type of the failure of a stage that another run has saved since the repository was prepared. Preparing again pins what is there now. */
export const OUTDATED = 'Outdated';

/** Until when a service or a stage isn't to be had, and why. */
export interface Wait {
  /** ISO-8601 */
  until: string;
  reason: string;
  /** The run that holds the stage's lease; absent where a service's limit is waited for. */
  holder?: string;
}

/** The activities that workflows call; `createActivities` makes them. */
export interface Activities extends Record<Stage, (input: StageInput) => Promise<StageResult>> {
  listRepositories(input: ListInput): Promise<ListResult>;
  /** Id of the database that facts go to now. */
  currentDatabase(): Promise<string>;
  prepareRepository(input: PrepareInput): Promise<PrepareResult>;
}
