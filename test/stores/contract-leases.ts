import { expect, it } from 'vitest';
import { LeaseLost } from '../../src/model/errors.ts';
import type { SyncRunRecord } from '../../src/schema/sync-runs.ts';
import type { SyncState } from '../../src/schema/sync-state.ts';
import { LEASE_MS, type Lease, type LeaseHeld } from '../../src/stores/leases.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Store } from '../../src/stores/store.ts';
import { hash, repoId, row } from './samples.ts';
import { type Subject, saveState } from './subject.ts';

const STATE: SyncState = { cursor: { probe: 'x' }, headHash: hash(1), watermark: new Date('2024-01-02T03:04:05.678Z') };

const RUN: SyncRunRecord = {
  ...{ workflowId: 'repo-sync/github.com/acme/api', runId: 'run', repoId: repoId(1), stage: 'commits' },
  ...{ startedAt: new Date(0), endedAt: null, rows: 0, status: 'running', error: null },
};

export function leaseContract(subject: Subject): void {
  const acquire = (holder: string, store: Store = subject.store) => store.acquireLease(repoId(1), 'commits', holder);
  const acquired = async (holder: string) => {
    const lease = await acquire(holder);
    if (!isLease(lease)) throw new Error(`${lease.holder} has it`);
    return lease;
  };
  /** All that a holder may do is refused, and nothing changes. */
  const expectLost = async (lease: Lease) => {
    const rows = async () => [await subject.database.rows('git_commits'), await subject.database.rows('sync_state'), await subject.database.rows('sync_runs')];
    const before = await rows();
    await expect(subject.store.write([{ table: 'git_commits', upsert: [row('git_commits', { hash: hash(7) })] }], lease)).rejects.toThrow(LeaseLost);
    await expect(subject.store.saveSyncState(lease, STATE)).rejects.toThrow(LeaseLost);
    await expect(subject.store.recordRun(RUN, lease)).rejects.toThrow(LeaseLost);
    await expect(subject.store.renewLease(lease)).rejects.toThrow(LeaseLost);
    expect(await rows()).toEqual(before);
  };

  it('gives a lease to one holder at a time, and names it to others', async () => {
    await acquired('one');
    const held = await acquire('other');
    expect(held).toMatchObject({ holder: 'one' });
    const { remainingMs } = held as LeaseHeld;
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(LEASE_MS);
    expect(isLease(await subject.store.acquireLease(repoId(1), 'commit-stats', 'other'))).toBe(true);
    expect(isLease(await subject.store.acquireLease(repoId(2), 'commits', 'other'))).toBe(true);
  });

  it('gives a lease that has expired to another holder, and lets the former one write nothing more', async () => {
    const former = await acquired('one');
    await subject.store.write([{ table: 'git_commits', upsert: [row('git_commits')] }], former);
    await subject.store.renewLease(former, -1);
    const lease = await acquired('other');
    expect(lease.token).toBeGreaterThan(former.token);
    expect(lease.since).toBe(lease.token);
    await expectLost(former);
    await subject.store.releaseLease(former, false);
    expect(await acquire('third')).toMatchObject({ holder: 'other' });
  });

  it('gives a lease to its holder again, whose earlier attempt can write nothing more', async () => {
    const former = await acquired('one');
    const lease = await acquired('one');
    expect(lease.token).toBeGreaterThan(former.token);
    expect(lease.since).toBe(former.since);
    await expectLost(former);
    await subject.store.saveSyncState(lease, STATE);
  });

  it('counts the batches that were written under it, for whoever has it next', async () => {
    const lease = await acquired('one');
    expect(lease.writes).toBe(0);
    const batch = () => subject.store.write([{ table: 'git_commits', upsert: [row('git_commits')] }], lease);
    await batch();
    await batch();
    await subject.store.saveSyncState(lease, STATE);
    await subject.store.recordRun(RUN, lease);
    expect((await acquired('one')).writes).toBe(2);
  });

  it('extends a lease', async () => {
    const lease = await acquired('one');
    await subject.store.renewLease(lease, 3_600_000);
    expect((await acquire('other')) as LeaseHeld).toMatchObject({ holder: 'one', remainingMs: expect.closeTo(3_600_000, -6) });
  });

  it('gives a lease that was given up to another holder at once', async () => {
    await subject.store.releaseLease(await acquired('one'), true);
    expect(await acquired('other')).toMatchObject({ token: 2, since: 2 });
  });

  it('gives a lease away whose expiry was set by a clock that stood wrong', async () => {
    await subject.store.renewLease(await acquired('one'), 30 * 24 * 3_600_000);
    expect(isLease(await acquire('other'))).toBe(true);
  });

  it('gives a lease to one of several that ask for it at once', async () => {
    const second = await openStore(subject.database.url);
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => acquire(`run ${index}`, index % 2 === 0 ? subject.store : second)));
    await second.close();
    expect(outcomes.filter(isLease)).toHaveLength(1);
  });

  it('replaces a state just as long as no run has saved another one', async () => {
    await saveState(subject.store, repoId(1), 'commits', STATE);
    const read = await subject.store.syncState(repoId(1), 'commits');
    const later = { ...STATE, watermark: new Date() };
    expect(await subject.store.refreshSyncState(repoId(1), 'commits', read?.token ?? -1, later)).toBe(true);
    expect(await subject.store.syncState(repoId(1), 'commits')).toEqual({ ...later, token: read?.token });
    await saveState(subject.store, repoId(1), 'commits', { ...STATE, headHash: hash(2) });
    expect(await subject.store.refreshSyncState(repoId(1), 'commits', read?.token ?? -1, later)).toBe(false);
    expect(await subject.store.syncState(repoId(1), 'commits')).toMatchObject({ headHash: hash(2) });
    expect(await subject.store.refreshSyncState(repoId(2), 'commits', 0, later)).toBe(false);
  });
}

function isLease(outcome: Lease | LeaseHeld): outcome is Lease {
  return 'token' in outcome;
}
