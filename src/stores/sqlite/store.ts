import type { Stage } from '../../model/stages.ts';
import type { SyncRunRecord } from '../../schema/sync-runs.ts';
import type { StoredSyncState, SyncState } from '../../schema/sync-state.ts';
import type { FactTable, TableName, TableRecords } from '../../schema/tables.ts';
import { type Filter, selectedColumns, testsOf } from '../filter.ts';
import { LEASE_MS, type Lease, type LeaseHeld } from '../leases.ts';
import { moveSteps, SYNCED_TABLES } from '../moves.ts';
import type { Change, Store, StoredState } from '../store.ts';
import { rowOf, stateIn, storedStates } from '../sync-states.ts';
import { keyAfterRepository, type StoredTable } from '../tables.ts';
import { type Column, decode } from './columns.ts';
import type { Connection } from './connection.ts';
import { acquireLease, releaseLease, renewLease } from './leases.ts';
import { names } from './statements.ts';
import type { TableWriter } from './table-writer.ts';
import { where } from './where.ts';

/** What a store needs for each table. */
export interface TableAccess {
  table: StoredTable<Column>;
  writer: TableWriter;
}

/** Rows per page of {@link SqliteStore.keys}. */
const PAGE = 5000;

/** The facts in an SQLite file. Several processes may have it open; each waits for the others' transactions. */
export class SqliteStore implements Store {
  readonly databaseId: string;
  readonly #connection: Connection;
  readonly #tables: Record<TableName, TableAccess>;
  readonly #reopen: () => Promise<Store>;
  #successor: Promise<Store> | undefined;

  /** @param reopen Opens the file that has taken this one's place. */
  constructor(databaseId: string, connection: Connection, tables: Record<TableName, TableAccess>, reopen: () => Promise<Store>) {
    this.databaseId = databaseId;
    this.#connection = connection;
    this.#tables = tables;
    this.#reopen = reopen;
  }

  async current(): Promise<Store> {
    if (this.#successor === undefined && this.#connection.isInPlace()) return this;
    this.#successor ??= this.#succeed();
    return (await this.#successor).current();
  }

  async write(changes: readonly Change[], lease?: Lease): Promise<void> {
    await this.#connection.transaction((database) => {
      if (lease !== undefined) renewLease(database, lease, LEASE_MS, 1);
      const now = new Date();
      for (const change of changes) {
        const { writer } = this.#tables[change.table];
        if ('upsert' in change) writer.upsert(change.upsert, now);
        else if ('partition' in change) writer.replace(change.partition, change.rows, now, change.part);
        else writer.delete(change.delete);
      }
    });
  }

  async select<T extends TableName, P extends keyof TableRecords[T] = keyof TableRecords[T]>(
    name: T,
    filter: Filter<T>,
    properties?: readonly P[],
  ): Promise<Pick<TableRecords[T], P>[]> {
    const { table } = this.#tables[name];
    const columns = selectedColumns(table, properties);
    const { sql, values } = where(testsOf(table, filter));
    const rows = await this.#connection.all(`select ${names(columns)} from ${name} where ${sql} order by ${names(table.key)}`, ...values);
    return rows.map((row) => decode(columns, row) as Pick<TableRecords[T], P>);
  }

  async *keys(table: FactTable, repoId: string): AsyncGenerator<string[]> {
    const column = keyAfterRepository(this.#tables[table].table).name;
    const sql = `select distinct "${column}" as key from ${table} where repo_id = ? and "${column}" > ? order by "${column}" limit ${PAGE}`;
    let last = '';
    for (;;) {
      // Each page is a query of its own: one that stays open would keep the log from being copied back.
      const page = (await this.#connection.all(sql, repoId, last)).map(({ key }) => String(key));
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      last = page.at(-1) ?? '';
    }
  }

  async syncStates(repoIds: readonly string[]): Promise<StoredState[]> {
    return storedStates(await this.select('sync_state', { repoId: { in: repoIds } }));
  }

  async syncState(repoId: string, stage: Stage): Promise<StoredSyncState | null> {
    return stateIn(await this.select('sync_state', { repoId, stage }));
  }

  saveSyncState(lease: Lease, state: SyncState): Promise<void> {
    return this.#upsert('sync_state', rowOf(lease.repoId, lease.stage, state, lease.token), lease);
  }

  refreshSyncState(repoId: string, stage: Stage, token: number, state: SyncState): Promise<boolean> {
    return this.#connection.transaction((database) => {
      const stored = database.prepare('select token from sync_state where repo_id = ? and stage = ?').get(repoId, stage);
      if (stored?.['token'] !== token) return false;
      this.#tables.sync_state.writer.upsert([rowOf(repoId, stage, state, token)], new Date());
      return true;
    });
  }

  recordRun(run: SyncRunRecord, lease?: Lease): Promise<void> {
    return this.#upsert('sync_runs', run, lease);
  }

  acquireLease(repoId: string, stage: Stage, holder: string): Promise<Lease | LeaseHeld> {
    return this.#connection.transaction((database) => acquireLease(database, repoId, stage, holder));
  }

  renewLease(lease: Lease, ms?: number): Promise<void> {
    return this.#connection.transaction((database) => renewLease(database, lease, ms));
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#connection.transaction((database) => releaseLease(database, lease));
  }

  moveRepository(from: string, to: string): Promise<void> {
    const isSynced = (repoId: string) => SYNCED_TABLES.some((table) => this.#tables[table].writer.has({ repoId }));
    return this.#connection.transaction(() => {
      if (!this.#tables.repos.writer.has({ id: from }) && !isSynced(from)) return;
      for (const { table, key, kind, of } of moveSteps(isSynced(to))) {
        const { writer } = this.#tables[table];
        if (kind === 'move') writer.move({ [key]: from }, { [key]: to });
        else writer.delete([{ [key]: of === 'from' ? from : to }]);
      }
    });
  }

  async close(): Promise<void> {
    await this.#connection.close();
    await (await this.#successor)?.close();
  }

  async #succeed(): Promise<Store> {
    try {
      await this.#connection.close();
      return await this.#reopen();
    } catch (error) {
      this.#successor = undefined;
      throw error;
    }
  }

  #upsert<T extends TableName>(table: T, row: TableRecords[T], lease: Lease | undefined): Promise<void> {
    return this.#connection.transaction((database) => {
      if (lease !== undefined) renewLease(database, lease);
      this.#tables[table].writer.upsert([row], new Date());
    });
  }
}
