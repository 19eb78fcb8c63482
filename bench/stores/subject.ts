import type { BlameRangeRecord } from '../../src/schema/git-blame-ranges.ts';
import type { CommitStatRecord } from '../../src/schema/git-commit-stats.ts';
import type { Store } from '../../src/stores/store.ts';
import type { BenchTable } from './rows.ts';

/** A database to measure: the store on it, and the quickest way in that it has. */
export interface Subject extends AsyncDisposable {
  store: Store;
  /** What {@link Subject.raw} is. */
  limit: string;
  /** Adds the records to a table of its own, in one transaction where the database has them; it doesn't look for what is there. */
  raw(table: BenchTable, rows: readonly (CommitStatRecord | BlameRangeRecord)[]): Promise<void>;
}
