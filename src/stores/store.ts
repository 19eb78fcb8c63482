import type { Stage } from '../model/stages.ts';
import type { SyncRunRecord } from '../schema/sync-runs.ts';
import type { StoredSyncState, SyncState } from '../schema/sync-state.ts';
import type { FactRecords, FactTable, TableName, TableRecords } from '../schema/tables.ts';
import type { Filter } from './filter.ts';
import type { Lease, LeaseHeld } from './leases.ts';

/** One change to one table. */
export type Change = { [T in FactTable]: ChangeOf<T> }[FactTable];

type ChangeOf<T extends FactTable> =
  /** Writes rows by their natural key; rows that are the same already aren't touched. The last of two rows of one key wins. */
  | { table: T; upsert: readonly FactRecords[T][] }
  /**
   * Makes the rows that share the key columns in `partition` equal to `rows`, or those of them that `part` names. Quick where
   * these are the first of the key.
   */
  | { table: T; partition: Partial<FactRecords[T]>; rows: readonly FactRecords[T][]; part?: Part }
  /** Deletes the rows that match one of the (partial) keys; all of them name the same columns. Quick as above. */
  | { table: T; delete: readonly Partial<FactRecords[T]>[] };

/** The rows of a partition whose one other key column, a number, is above `above` and at most `upTo`. */
export interface Part {
  above: number;
  /** Without it the part has no upper end. */
  upTo?: number;
}

/** What a run of a stage left, and of which. */
export type StoredState = StoredSyncState & { repoId: string; stage: string };

/** Where facts go. Every implementation passes the same contract suite. */
export interface Store {
  /** Id of this database, made when it was created: a cursor made for another one isn't trusted. */
  readonly databaseId: string;

  /**
   * Applies changes in the order given, all or (after an error) none that another try wouldn't repeat.
   * @param lease Of the stage whose rows these are; absent for rows that no stage owns.
   * @throws LeaseLost where the lease is no longer held. With transactions nothing is written then; without them the next
   *   holder of the lease is told to read everything.
   * @throws FatalError or RetryableError where the database is the reason.
   * @throws TypeError for a partition or key that isn't made of key columns, and for a row outside its partition or part.
   */
  write(changes: readonly Change[], lease?: Lease): Promise<void>;

  /**
   * Rows that meet a filter, ascending by key. Quick where the filter names the first columns of the key.
   * @param properties What of each row is read; everything where it's absent.
   */
  select<T extends TableName, P extends keyof TableRecords[T] = keyof TableRecords[T]>(
    table: T,
    filter: Filter<T>,
    properties?: readonly P[],
  ): Promise<Pick<TableRecords[T], P>[]>;

  /**
   * Distinct values of the text that follows `repoId` in a table's key, of one repository's rows, in pages; ascending by code
   * unit or byte, but for those that begin with the same 512 characters.
   */
  keys(table: FactTable, repoId: string): AsyncIterable<string[]>;

  /** What the last runs that ended well left, of all stages of the repositories. */
  syncStates(repoIds: readonly string[]): Promise<StoredState[]>;

  /** What the stage's last run that ended well left; null where none has. */
  syncState(repoId: string, stage: Stage): Promise<StoredSyncState | null>;

  /**
   * Saves what the next run of the stage starts from.
   * @throws LeaseLost where the lease is no longer held; nothing is saved then.
   */
  saveSyncState(lease: Lease, state: SyncState): Promise<void>;

  /**
   * Replaces a state that nobody has saved since it was read.
   * @param token Of the state that was read.
   * @returns false, and changes nothing, where a run has saved another one since.
   */
  refreshSyncState(repoId: string, stage: Stage, token: number, state: SyncState): Promise<boolean>;

  /**
   * Notes the begin or the end of a stage's run.
   * @throws LeaseLost where a lease is given that is no longer held; nothing is noted then.
   */
  recordRun(run: SyncRunRecord, lease?: Lease): Promise<void>;

  /**
   * Takes the right to write a stage of a repository, unless another holder has it. A holder that takes it again, as
   * after a crash, gets it at once, and whoever acted for it before loses it.
   * @param holder Names the run, the same in all of its attempts.
   */
  acquireLease(repoId: string, stage: Stage, holder: string): Promise<Lease | LeaseHeld>;

  /**
   * Extends a lease.
   * @param ms From now, by the database's clock.
   * @throws LeaseLost where it is no longer held.
   */
  renewLease(lease: Lease, ms?: number): Promise<void>;

  /**
   * Gives up a lease, where it is still held.
   * @param completed Whether all of the stage has been read and its state saved.
   */
  releaseLease(lease: Lease, completed: boolean): Promise<void>;

  /**
   * Gives all rows of one repository id to another one, under which the same repository is known now. Where that has rows
   * of its own they stay, the others are deleted, and its stages start over. Does nothing where there is nothing to move;
   * may be cut off and done again.
   */
  moveRepository(from: string, to: string): Promise<void>;

  /**
   * The store of what is at the URL now: this one, unless the file of an SQLite database was deleted or replaced. That one's
   * store then fails for good, and the new one, made anew where there is no file, has another id even if it is a copy.
   */
  current(): Promise<Store>;

  /** Closes it, and those that {@link Store.current} has made. */
  close(): Promise<void>;
}
