import type { GitRepository } from '../git/repository.ts';
import type { Cursor, Pin } from '../model/activities.ts';
import type { RepositoryOptions } from '../model/input.ts';
import type { ListedRepository } from '../model/repository.ts';
import type { SyncState } from '../schema/sync-state.ts';
import type { Change, Store } from '../stores/store.ts';
import type { CursorSchema } from './cursor-schema.ts';

/** Where a stage's facts come from. */
export type FactsFrom = 'git' | 'api';

/** What the last completed run of a stage left. */
export interface SavedState<Saved extends object = Cursor> extends Omit<SyncState, 'cursor'> {
  cursor: Saved;
}

/** Everything that a stage needs to read one repository. */
export interface StageContext<Position extends object = Cursor, Saved extends object = Cursor> {
  repository: ListedRepository;
  options: RepositoryOptions;
  git: GitRepository;
  /** Whether this run has a git folder, because one of its stages reads git. */
  hasGitFolder: boolean;
  pin: Pin;
  /** File with the refs at the time of the pin. */
  refsFile: string;
  /** What the database already holds, for reading. */
  stored: Pick<Store, 'keys' | 'select'>;
  /** What the last completed run left; null for the first run and for one that reads everything. */
  previous: SavedState<Saved> | null;
  /** What the last completed run left, also where this run reads everything. */
  saved: SavedState<Saved> | null;
  /** Replaces the cursor of `saved` in the database, in case this run doesn't complete. */
  amendSaved(cursor: Saved): Promise<void>;
  /** How many git processes the stage may run at once. */
  processes: number;
  /** Where an earlier attempt of this run left off. */
  cursor: Position | undefined;
}

/** A part of a stage's work that is written at once. */
export interface Batch<Position extends object = Cursor> {
  changes: Change[];
  /** Where to resume once the changes are written. */
  cursor: Position;
  /** Units of work done and in all (commits, files), for showing progress. */
  done: number;
  total: number;
}

/**
 * Reads one stage of a repository as batches.
 * @returns What the next run of the stage starts from; a `probe` in it replaces the listed one.
 */
export type StageReader<Position extends object = Cursor, Saved extends object = Cursor> = (
  context: StageContext<Position, Saved>,
) => AsyncGenerator<Batch<Position>, Saved>;

/** How a source reads a stage that isn't the same for all sources. */
export interface StageReading<Position extends object = Cursor, Saved extends object = Cursor> {
  readonly reads: FactsFrom;
  /**
   * Whether a stage that reads the API uses the git folder too. It asks for one by throwing `NotPrepared`, and does
   * without where the run has none.
   */
  readonly usesGitFolder?: boolean;
  readonly cursor: CursorSchema<Position, Saved>;
  read(context: StageContext<Position, Saved>): AsyncGenerator<Batch<Position>, Saved>;
}

export type { Cursor };
