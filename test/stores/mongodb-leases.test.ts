import { expect, it } from 'vitest';
import { LeaseLost } from '../../src/model/errors.ts';
import type { Lease } from '../../src/stores/leases.ts';
import { Rows } from '../../src/stores/mongodb/collection.ts';
import { Leases } from '../../src/stores/mongodb/leases.ts';
import { mongodbDatabase, useMongo } from './mongodb-database.ts';
import { repoId } from './samples.ts';
import { saveState, storePerTest } from './subject.ts';

const server = useMongo();
const subject = storePerTest(async () => mongodbDatabase(server()));

const STATE = { cursor: {}, headHash: null, watermark: new Date(0) };

async function acquire(holder: string): Promise<Lease> {
  const lease = await subject.store.acquireLease(repoId(1), 'commits', holder);
  if (!('token' in lease)) throw new Error(`${lease.holder} has it`);
  return lease;
}

async function complete(lease: Lease): Promise<void> {
  await subject.store.saveSyncState(lease, STATE);
  await subject.store.releaseLease(lease, true);
}

const isDoubtful = async () =>
  [await subject.store.syncState(repoId(1), 'commits'), ...(await subject.store.syncStates([repoId(1)]))].map((state) => state?.doubtful === true);

it('has a stage read in full after its lease was taken from a run that had not given it up', async () => {
  await saveState(subject.store, repoId(1), 'commits', STATE);
  await subject.store.renewLease(await acquire('stopped'), -1);
  // The stopped run may still write once after this one has completed.
  await complete(await acquire('second'));
  expect(await isDoubtful()).toEqual([true, true]);
  const third = await acquire('third');
  expect(third.doubt).toBeDefined();
  await complete(third);
  expect(await isDoubtful()).toEqual([false, false]);
  expect((await acquire('fourth')).doubt).toBeUndefined();
});

it('has a stage read in full after a run has found that it wrote without its lease', async () => {
  const { client } = server();
  const rows = new Rows(client.db(subject.database.name).collection('sync_leases'), 'x');
  const leases = new Leases(
    rows,
    (id, stage) => `${id}|${stage}`,
    async () => new Date(),
  );
  await saveState(subject.store, repoId(1), 'commits', STATE);
  const lost = await acquire('stopped');
  let inTheMiddle: Lease | undefined;
  const write = leases.guard(lost, async () => {
    await subject.store.releaseLease(lost, false);
    inTheMiddle = await acquire('second');
  });
  await expect(write).rejects.toThrow(LeaseLost);
  // It began before that write, and may have read what the write replaced.
  await complete(inTheMiddle as Lease);
  expect(await isDoubtful()).toEqual([true, true]);
  await complete(await acquire('third'));
  expect(await isDoubtful()).toEqual([false, false]);
});

it('keeps the state of a later run from one that was stopped on its way to save its own', async () => {
  const stopped = await acquire('stopped');
  await subject.store.renewLease(stopped, -1);
  const later = await acquire('later');
  await subject.store.saveSyncState(later, { ...STATE, headHash: 'later' });
  // As if it had looked whether it holds the lease just before.
  const { client } = server();
  await client
    .db(subject.database.name)
    .collection('sync_leases')
    .updateOne({ repo_id: repoId(1) }, { $set: { token: stopped.token } });
  await expect(subject.store.saveSyncState(stopped, STATE)).rejects.toThrow(LeaseLost);
  expect(await subject.store.syncState(repoId(1), 'commits')).toMatchObject({ headHash: 'later' });
});
