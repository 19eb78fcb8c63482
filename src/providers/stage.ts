import type { GitRepository } from '../git/repository.ts';
import type { Cursor, Pin } from '../model/activities.ts';
import type { RepositoryOptions } from '../model/input.ts';
import type { ListedRepository } from '../model/repository.ts';
import type { SyncState } from '../schema/sync-state.ts';
import type { Change, Store } from '../stores/store.ts';

/** All that a stage needs to read one repository. */
export interface StageContext {
  repository: ListedRepository;
  options: RepositoryOptions;
  git: GitRepository;
  pin: Pin;
  /** File with the refs at the time of the pin. */
  refsFile: string;
  /** What makes the history shallow; '' for a whole one. */
  shallow: string;
  /** What the database already holds, for reading. */
  stored: Pick<Store, 'keys' | 'select'>;
  /** What the stage's last run that ended well left; null for the first one and with `full`. */
  previous: SyncState | null;
  /**
   * To be called before anything is written: notes what the rows come from, in case the run doesn't come to its end.
   * @param tips Commits that the run reads from; null where a later run can't tell by them which rows it finds.
   */
  begin(tips: readonly string[] | null): Promise<void>;
  /** How many git processes may work for this stage at once. */
  processes: number;
  /** Where an earlier attempt of this run got to. */
  cursor: Cursor | undefined;
}

/** A part of a stage's work that is written in one go. */
export interface Batch {
  changes: Change[];
  /** Where to go on once the changes are written. */
  cursor: Cursor;
  /** Units of work ended and in all (commits, files), for showing progress. */
  done: number;
  total: number;
}

/**
 * Where a saved state names what runs since have read from that didn't come to their end: their rows are among the
 * others. Absent where there was none.
 */
export const UNFINISHED_TIPS = 'unfinishedTips';

/** Commits that the rows of a stage may come from, beside those that its last run that ended well read from. */
export function unfinishedTips(state: SyncState | null): readonly string[] {
  return (state?.cursor[UNFINISHED_TIPS] ?? []) as string[];
}

export type { Cursor };

/**
 * Reads one stage of a repository as batches.
 * @returns what the next run of the stage starts from; a `probe` in it takes the place of the one that was listed.
 */
export type StageReader = (context: StageContext) => AsyncGenerator<Batch, Cursor>;
