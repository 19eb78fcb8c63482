import { LeaseLost } from '../../model/errors.ts';
import type { Stage } from '../../model/stages.ts';
import type { SyncRunRecord } from '../../schema/sync-runs.ts';
import type { StoredSyncState, SyncState } from '../../schema/sync-state.ts';
import type { FactTable, TableName, TableRecords } from '../../schema/tables.ts';
import { type Filter, selectedColumns, testsOf } from '../filter.ts';
import type { Lease, LeaseHeld } from '../leases.ts';
import { moveSteps, SYNCED_TABLES } from '../moves.ts';
import { plan } from '../plan.ts';
import type { Change, Store, StoredState } from '../store.ts';
import { rowOf, stateIn, storedStates } from '../sync-states.ts';
import { keyAfterRepository } from '../tables.ts';
import type { Rows as Collection } from './collection.ts';
import { decode } from './columns.ts';
import { idOf, rangeOf } from './ids.ts';
import { Leases } from './leases.ts';
import type { TableWriter } from './table-writer.ts';
import { where } from './where.ts';

/** Rows that {@link MongodbStore.keys} reads at a time. */
const PAGE = 20_000;

/** What a store needs for each table. */
export interface TableAccess {
  rows: Collection;
  writer: TableWriter;
}

/** The facts in a MongoDB database. */
export class MongodbStore implements Store {
  readonly databaseId: string;
  readonly #tables: Record<TableName, TableAccess>;
  readonly #leases: Leases;
  readonly #close: () => Promise<void>;

  /** @param now The server's clock. */
  constructor(databaseId: string, tables: Record<TableName, TableAccess>, now: () => Promise<Date>, close: () => Promise<void>) {
    this.databaseId = databaseId;
    this.#tables = tables;
    this.#leases = new Leases(tables.sync_leases.rows, (repoId, stage) => idOf(this.#keysOf('sync_leases'), { repoId, stage }), now);
    this.#close = close;
  }

  /**
   * Tables are written in the order of their names, so ranges of blame before their files: where a write is cut off and the run
   * isn't gone on with, the next one finds by the file that it's to be read, or removed, again.
   */
  async write(changes: readonly Change[], lease?: Lease): Promise<void> {
    const now = new Date();
    const steps = plan(changes, (name) => this.#tables[name].writer.table.columns);
    const run = async () => {
      for (const [table, todo] of steps) {
        for (const step of todo) await this.#tables[table].writer.run(step, now);
      }
    };
    await (lease === undefined ? run() : this.#leases.guardBatch(lease, run));
  }

  async *keys(table: FactTable, repoId: string): AsyncGenerator<string[]> {
    const { rows, writer } = this.#tables[table];
    const { field } = keyAfterRepository(writer.table);
    const { from, to } = rangeOf(this.#keysOf(table).slice(0, 1), { repoId });
    let after = from;
    let last: string | undefined;
    for (;;) {
      // Each page is a query of its own: a cursor that isn't asked for ten minutes ends.
      const page = await rows.find({ _id: { $gt: after, $lt: to } }, { fields: [field], limit: PAGE });
      const keys: string[] = [];
      for (const row of page) {
        const key = String(row[field]);
        if (key !== last) keys.push(key);
        last = key;
      }
      if (keys.length > 0) yield keys;
      if (page.length < PAGE) return;
      after = page.at(-1)?._id ?? to;
    }
  }

  async select<T extends TableName, P extends keyof TableRecords[T] = keyof TableRecords[T]>(
    name: T,
    filter: Filter<T>,
    properties?: readonly P[],
  ): Promise<Pick<TableRecords[T], P>[]> {
    const { rows, writer } = this.#tables[name];
    const columns = selectedColumns(writer.table, properties);
    const found = await rows.find(where(writer.table, testsOf(writer.table, filter)), { fields: columns.map(({ field }) => field) });
    // FerretDB sorts slowly, and it's the order of the keys.
    found.sort((a, b) => (a._id < b._id ? -1 : 1));
    return found.map((row) => decode(columns, row) as Pick<TableRecords[T], P>);
  }

  async syncStates(repoIds: readonly string[]): Promise<StoredState[]> {
    const states = storedStates(await this.select('sync_state', { repoId: { in: repoIds } }));
    const doubtful = await this.#leases.doubtful(states);
    return states.map((state) => (doubtful.has(`${state.repoId} ${state.stage}`) ? { ...state, doubtful: true } : state));
  }

  async syncState(repoId: string, stage: Stage): Promise<StoredSyncState | null> {
    const state = stateIn(await this.select('sync_state', { repoId, stage }));
    if (state === null || (await this.#leases.doubtful([{ repoId, stage }])).size === 0) return state;
    return { ...state, doubtful: true };
  }

  /** One document: a holder that was stopped on its way here can't replace what a later one has saved. */
  async saveSyncState(lease: Lease, state: SyncState): Promise<void> {
    const { repoId, stage, token } = lease;
    const { rows, writer } = this.#tables.sync_state;
    const { _id, ...values } = writer.document(rowOf(repoId, stage, state, token));
    await this.#leases.guard(lease, async () => {
      if (await rows.change({ _id, $or: [{ token: { $lte: token } }, { token: { $exists: false } }] }, { $set: values })) return;
      const [later] = await rows.insert([{ _id, ...values }]);
      if (later !== undefined) throw new LeaseLost(stage);
    });
  }

  refreshSyncState(repoId: string, stage: Stage, token: number, state: SyncState): Promise<boolean> {
    const { rows, writer } = this.#tables.sync_state;
    const { _id, ...values } = writer.document(rowOf(repoId, stage, state, token));
    return rows.change({ _id, token: token === 0 ? { $in: [0, null] } : token }, { $set: values });
  }

  recordRun(run: SyncRunRecord, lease?: Lease): Promise<void> {
    const put = () => this.#tables.sync_runs.writer.put(run);
    return lease === undefined ? put() : this.#leases.guard(lease, put);
  }

  acquireLease(repoId: string, stage: Stage, holder: string): Promise<Lease | LeaseHeld> {
    return this.#leases.acquire(repoId, stage, holder);
  }

  renewLease(lease: Lease, ms?: number): Promise<void> {
    return this.#leases.renew(lease, ms);
  }

  releaseLease(lease: Lease, completed: boolean): Promise<void> {
    return this.#leases.release(lease, completed);
  }

  async current(): Promise<Store> {
    return this;
  }

  async moveRepository(from: string, to: string): Promise<void> {
    const isSynced = async (repoId: string) => {
      for (const table of SYNCED_TABLES) if (await this.#tables[table].writer.has({ repoId })) return true;
      return false;
    };
    if (!(await this.#tables.repos.writer.has({ id: from })) && !(await isSynced(from))) return;
    for (const { table, key, kind, of } of moveSteps(await isSynced(to))) {
      const { writer } = this.#tables[table];
      if (kind === 'move') await writer.move({ [key]: from }, { [key]: to });
      else await writer.deleteAll({ [key]: of === 'from' ? from : to });
    }
  }

  close(): Promise<void> {
    return this.#close();
  }

  #keysOf(table: TableName) {
    return this.#tables[table].writer.table.key;
  }
}
