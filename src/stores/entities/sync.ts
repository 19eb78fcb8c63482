import type { ColumnBuilders } from './columns.ts';
import { table } from './table.ts';

/** What the sync keeps for itself. */
export function syncTables({ key, text, number, instant, json, orNull }: ColumnBuilders) {
  return {
    sync_state: table('sync_state', {
      repoId: key.uuid(),
      stage: key.text(),
      cursor: json('{}'),
      headHash: orNull.text(),
      watermark: instant(),
      updatedAt: instant(),
      token: number(),
    }),
    sync_leases: table('sync_leases', {
      repoId: key.uuid(),
      stage: key.text(),
      holder: text(),
      token: number(),
      since: number(),
      writes: number(),
      expiresAt: orNull.instant(),
    }),
    sync_runs: table('sync_runs', {
      workflowId: key.text(),
      runId: key.text(),
      repoId: key.uuid(),
      stage: key.text(),
      startedAt: instant(),
      endedAt: orNull.instant(),
      rows: number(),
      status: text(),
      error: orNull.text(),
    }),
    /** One row: which database this is. */
    sync_database: table('sync_database', {
      id: key.uuid(),
      createdAt: instant(),
    }),
  };
}
