import type { DatabaseSync } from 'node:sqlite';
import { LeaseLost } from '../../model/errors.ts';
import type { Stage } from '../../model/stages.ts';
import { LEASE_MS, type Lease, type LeaseHeld, MAX_LEASE_MS } from '../leases.ts';

/** The time after a number of seconds, as the tables hold it. */
const FROM_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ? || ' seconds')";

const ACQUIRE = `insert into sync_leases (repo_id, stage, holder, token, since, writes, expires_at) values (?, ?, ?, 1, 1, 0, ${FROM_NOW})
  on conflict (repo_id, stage) do update set since = iif(holder = excluded.holder, since, token + 1), token = token + 1,
    holder = excluded.holder, expires_at = excluded.expires_at
  where holder = excluded.holder or expires_at is null or expires_at <= ${FROM_NOW} or expires_at > ${FROM_NOW}
  returning token, since, writes`;

const HELD = "select holder, (julianday(expires_at) - julianday('now')) * 86400000 as remaining from sync_leases where repo_id = ? and stage = ?";

const OWN = 'repo_id = ? and stage = ? and token = ?';

/** Leases in an SQLite file. Every function runs inside a transaction of the caller's. */
export function acquireLease(database: DatabaseSync, repoId: string, stage: Stage, holder: string): Lease | LeaseHeld {
  const row = database.prepare(ACQUIRE).get(repoId, stage, holder, LEASE_MS / 1000, 0, MAX_LEASE_MS / 1000);
  if (row !== undefined) return { repoId, stage, token: Number(row['token']), since: Number(row['since']), writes: Number(row['writes']) };
  const held = database.prepare(HELD).get(repoId, stage);
  return { holder: String(held?.['holder']), remainingMs: Number(held?.['remaining']) };
}

/** Makes sure that a lease is still held, extends it, and counts batches. @throws LeaseLost */
export function renewLease(database: DatabaseSync, { repoId, stage, token }: Lease, ms = LEASE_MS, batches = 0): void {
  const sql = `update sync_leases set expires_at = ${FROM_NOW}, writes = writes + ? where ${OWN}`;
  const { changes } = database.prepare(sql).run(ms / 1000, batches, repoId, stage, token);
  if (changes === 0) throw new LeaseLost(stage);
}

/** Gives up a lease, where it is still held. */
export function releaseLease(database: DatabaseSync, { repoId, stage, token }: Lease): void {
  database.prepare(`update sync_leases set expires_at = null where ${OWN}`).run(repoId, stage, token);
}
