import type { Records, SyncRunRecord, SyncState } from '../../model/records.ts';

/** One record type per table: the facts, and what the sync keeps for itself. */
export interface Rows extends Records {
  sync_state: SyncState & { repoId: string; stage: string; updatedAt: Date; token: number };
  sync_leases: { repoId: string; stage: string; holder: string; token: number; since: number; writes: number; expiresAt: Date | null };
  sync_runs: SyncRunRecord;
  sync_database: { id: string; createdAt: Date };
}

/** Name of a table. */
export type TableName = keyof Rows;
