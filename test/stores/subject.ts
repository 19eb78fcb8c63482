import type { Table } from '../../src/model/records.ts';
import type { Rows, TableName } from '../../src/stores/entities/rows.ts';
import type { Change, Store } from '../../src/stores/store.ts';

/** A row as it is stored. */
export type Stored<T extends TableName> = Rows[T] & (T extends Table ? { lastSynced: Date } : unknown);

/** A database that nobody else uses, as a test sees it. */
export interface TestDatabase {
  url: string;
  /** Every row of a table in the order of its key, read without the store. */
  rows<T extends TableName>(table: T): Promise<Stored<T>[]>;
  /** Removes it. */
  drop(): Promise<void>;
}

/** What a test of the contract works with; a new database and store for each test. */
export interface Subject {
  database: TestDatabase;
  store: Store;
  /** Makes another empty database. */
  create(): Promise<TestDatabase>;
}

/** One write of some changes. */
export function write(subject: Subject, ...changes: Change[]): Promise<void> {
  return subject.store.write(changes);
}
