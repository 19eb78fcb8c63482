import type { FactTable } from '../schema/tables.ts';
import type { ListedRepository } from './repository.ts';
import type { Stage } from './stages.ts';

/** Rows per table. */
export type RowCounts = Partial<Record<FactTable, number>>;

/** A repository that failed, and why. */
export interface FailedRepository {
  repository: string;
  reason: string;
}

/** Why a run is paused, and until when. */
export interface Pause {
  reason: string;
  /** ISO-8601; absent if a signal ends the pause. */
  until?: string;
}

/** A repository that is being synced. */
export interface RunningRepository {
  repository: string;
  workflowId: string;
  stage: Stage | 'prepare' | 'finish';
  rows: RowCounts;
  pause?: Pause;
}

/** Answer of the `progress` query of `orgSync`. */
export interface OrgSyncProgress {
  repositories: { listed: number; running: number; done: number; failed: number };
  running: RunningRepository[];
  /** Rows of repositories that are done, and of completed stages of running ones. */
  rows: RowCounts;
  pause?: Pause;
}

/** Result of `orgSync`. */
export interface OrgSyncResult {
  repositories: { listed: number; done: number; failed: number };
  rows: RowCounts;
  /** At most {@link MAX_FAILURES_LISTED}; `repositories.failed` counts all. */
  failures: FailedRepository[];
}

/** Result of `repoSync`. */
export interface RepoSyncResult {
  repository: ListedRepository['name'];
  rows: RowCounts;
}

/** Failures that a result lists, because a payload may have at most 2 MB. */
export const MAX_FAILURES_LISTED = 500;

/** Adds the counts of `more` to `total`. */
export function addRows(total: RowCounts, more: RowCounts): void {
  for (const [table, rows] of Object.entries(more) as [FactTable, number][]) {
    total[table] = (total[table] ?? 0) + rows;
  }
}
