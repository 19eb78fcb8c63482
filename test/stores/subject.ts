import { afterEach, beforeEach } from 'vitest';
import type { Stage } from '../../src/model/stages.ts';
import type { SyncState } from '../../src/schema/sync-state.ts';
import type { FactTable, TableName, TableRecords } from '../../src/schema/tables.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Change, Store } from '../../src/stores/store.ts';

/** A row as it is stored. */
export type Stored<T extends TableName> = TableRecords[T] & (T extends FactTable ? { lastSynced: Date } : unknown);

/** A database that nobody else uses, as a test sees it. */
export interface TestDatabase {
  url: string;
  /** Every row of a table in the order of its key, read without the store. */
  rows<T extends TableName>(table: T): Promise<Stored<T>[]>;
  /** Removes it. */
  drop(): Promise<void>;
}

/** What a test works with. */
export interface StoreOfTest<D extends TestDatabase> {
  database: D;
  store: Store;
}

/** Makes a database and opens it for each of the tests that follow. */
export function storePerTest<D extends TestDatabase>(create: () => Promise<D>): StoreOfTest<D> {
  const subject = {} as StoreOfTest<D>;
  beforeEach(async () => {
    subject.database = await create();
    subject.store = await openStore(subject.database.url);
  });
  afterEach(async () => {
    await subject.store.close();
    await subject.database.drop();
  });
  return subject;
}

/** What a test of the contract works with. */
export interface Subject extends StoreOfTest<TestDatabase> {
  /** Makes another empty database. */
  create(): Promise<TestDatabase>;
}

/** Saves a state as a run does that completes its stage. */
export async function saveState(store: Store, repoId: string, stage: Stage, state: SyncState): Promise<void> {
  const lease = await store.acquireLease(repoId, stage, 'a run');
  if (!('token' in lease)) throw new Error(`${lease.holder} holds the lease`);
  await store.saveSyncState(lease, state);
  await store.releaseLease(lease, true);
}

/** One write of some changes. */
export function write(subject: Subject, ...changes: Change[]): Promise<void> {
  return subject.store.write(changes);
}
