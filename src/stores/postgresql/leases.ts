import { LeaseLost } from '../../model/errors.ts';
import type { Stage } from '../../model/stages.ts';
import { LEASE_MS, type Lease, type LeaseHeld, MAX_LEASE_MS } from '../leases.ts';
import type { Connection, Query } from './connection.ts';
import { isLockTimeout } from './errors.ts';

/** A writer that was stopped in a transaction keeps its lease's row locked; whoever wants the lease waits elsewhere. */
const LOCK_TIMEOUT = "set local lock_timeout = '2s'";

/** The time after a number of milliseconds. `now()` doesn't advance within a transaction. */
const fromNow = (parameter: string) => `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;

const ACQUIRE = `insert into sync_leases as l (repo_id, stage, holder, token, since, writes, expires_at) values ($1, $2, $3, 1, 1, 0, ${fromNow('$4')})
  on conflict (repo_id, stage) do update set since = case when l.holder = excluded.holder then l.since else l.token + 1 end,
    token = l.token + 1, holder = excluded.holder, expires_at = excluded.expires_at
  where l.holder = excluded.holder or l.expires_at is null or l.expires_at <= clock_timestamp() or l.expires_at > ${fromNow('$5')}
  returning token, since, writes`;

const HELD = 'select holder, extract(epoch from expires_at - clock_timestamp())::float8 * 1000 from sync_leases where repo_id = $1 and stage = $2';

const OWN = 'repo_id = $1 and stage = $2 and token = $3';

/** Takes a lease, unless another holder has it, or keeps its row locked. */
export async function acquireLease(connection: Connection, repoId: string, stage: Stage, holder: string): Promise<Lease | LeaseHeld> {
  let acquired: Lease | LeaseHeld | undefined;
  try {
    await connection.transaction(async (query) => {
      await query({ text: LOCK_TIMEOUT, values: [] });
      const [row] = await query({ text: ACQUIRE, values: [repoId, stage, holder, String(LEASE_MS), String(MAX_LEASE_MS)] });
      if (row !== undefined) acquired = { repoId, stage, token: Number(row[0]), since: Number(row[1]), writes: Number(row[2]) };
    });
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
  }
  if (acquired !== undefined) return acquired;
  const [held] = await connection.all(HELD, repoId, stage);
  return { holder: String(held?.[0]), remainingMs: Number(held?.[1] ?? 0) };
}

/** Makes sure that a lease is still held, extends it, and counts batches; until the transaction ends nobody else gets it. @throws LeaseLost */
export async function renewLease(query: Query, { repoId, stage, token }: Lease, ms = LEASE_MS, batches = 0): Promise<void> {
  const renewed = await query({
    text: `update sync_leases set expires_at = ${fromNow('$4')}, writes = writes + $5 where ${OWN} returning token`,
    values: [repoId, stage, String(token), String(ms), String(batches)],
  });
  if (renewed.length === 0) throw new LeaseLost(stage);
}

/** Gives up a lease, where it is still held. */
export async function releaseLease(query: Query, { repoId, stage, token }: Lease): Promise<void> {
  await query({ text: `update sync_leases set expires_at = null where ${OWN}`, values: [repoId, stage, String(token)] });
}
