import type { Stage } from '../../model/stages.ts';
import type { SyncRunRecord } from '../../schema/sync-runs.ts';
import type { StoredSyncState, SyncState } from '../../schema/sync-state.ts';
import type { FactTable, TableName, TableRecords } from '../../schema/tables.ts';
import { type Filter, selectedColumns, testsOf } from '../filter.ts';
import { LEASE_MS, type Lease, type LeaseHeld } from '../leases.ts';
import { moveSteps, SYNCED_TABLES } from '../moves.ts';
import { plan } from '../plan.ts';
import type { Change, Store, StoredState } from '../store.ts';
import { rowOf, stateIn, storedStates } from '../sync-states.ts';
import { keyAfterRepository } from '../tables.ts';
import { decode } from './columns.ts';
import type { Connection } from './connection.ts';
import { acquireLease, releaseLease, renewLease } from './leases.ts';
import { lockRepositories } from './statements.ts';
import type { TableWriter } from './table-writer.ts';
import { where } from './where.ts';

/** Rows per page of {@link PostgresqlStore.keys}. */
const PAGE = 5000;

/** The facts in a PostgreSQL database. */
export class PostgresqlStore implements Store {
  readonly databaseId: string;
  readonly #connection: Connection;
  readonly #tables: Record<TableName, TableWriter>;

  constructor(databaseId: string, connection: Connection, tables: Record<TableName, TableWriter>) {
    this.databaseId = databaseId;
    this.#connection = connection;
    this.#tables = tables;
  }

  async write(changes: readonly Change[], lease?: Lease): Promise<void> {
    const steps = plan(changes, (table) => this.#tables[table].table.columns);
    if (steps.length === 0) return;
    const now = new Date();
    const repositories = comparedRepositories(changes);
    await this.#connection.transaction(async (query) => {
      if (lease !== undefined) await renewLease(query, lease, LEASE_MS, 1);
      if (repositories.length > 0) await query(lockRepositories(repositories));
      for (const [table, todo] of steps) {
        for (const step of todo) await this.#tables[table].run(query, step, now);
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
    const [selected, order] = [columns.map((column) => column.selected), table.key.map(({ keyName }) => keyName)];
    const rows = await this.#connection.all(`select ${selected.join(', ')} from ${name} where ${sql} order by ${order.join(', ')}`, ...values);
    return rows.map((row) => decode(columns, row) as Pick<TableRecords[T], P>);
  }

  async *keys(table: FactTable, repoId: string): AsyncGenerator<string[]> {
    const { name, keyName } = keyAfterRepository(this.#tables[table].table);
    const sql = `select distinct ${keyName}, ${name} from ${table} where repo_id = $1 and ${keyName} > $2 order by ${keyName} limit ${PAGE}`;
    let last = '';
    for (;;) {
      const page = await this.#connection.all(sql, repoId, last);
      if (page.length > 0) yield page.map((row) => String(row.at(-1)));
      if (page.length < PAGE) return;
      last = String(page.at(-1)?.[0]);
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

  async refreshSyncState(repoId: string, stage: Stage, token: number, state: SyncState): Promise<boolean> {
    let refreshed = false;
    await this.#connection.transaction(async (query) => {
      const text = 'select from sync_state where repo_id = $1 and stage = $2 and token = $3 for update';
      refreshed = (await query({ text, values: [repoId, stage, String(token)] })).length > 0;
      if (refreshed) await this.#tables.sync_state.run(query, { kind: 'upsert', rows: [rowOf(repoId, stage, state, token)] }, new Date());
    });
    return refreshed;
  }

  recordRun(run: SyncRunRecord, lease?: Lease): Promise<void> {
    return this.#upsert('sync_runs', run, lease);
  }

  acquireLease(repoId: string, stage: Stage, holder: string): Promise<Lease | LeaseHeld> {
    return acquireLease(this.#connection, repoId, stage, holder);
  }

  renewLease(lease: Lease, ms?: number): Promise<void> {
    return this.#connection.transaction((query) => renewLease(query, lease, ms));
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#connection.transaction((query) => releaseLease(query, lease));
  }

  async current(): Promise<Store> {
    return this;
  }

  moveRepository(from: string, to: string): Promise<void> {
    return this.#connection.transaction(async (query) => {
      await query(lockRepositories([from, to]));
      const isSynced = async (repoId: string) => {
        for (const table of SYNCED_TABLES) if (await this.#tables[table].has(query, { repoId })) return true;
        return false;
      };
      if (!(await this.#tables.repos.has(query, { id: from })) && !(await isSynced(from))) return;
      for (const { table, key, kind, of } of moveSteps(await isSynced(to))) {
        const writer = this.#tables[table];
        if (kind === 'move') await writer.move(query, { [key]: from }, { [key]: to });
        else await writer.delete(query, [{ [key]: of === 'from' ? from : to }]);
      }
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #upsert<T extends TableName>(table: T, row: TableRecords[T], lease: Lease | undefined): Promise<void> {
    return this.#connection.transaction(async (query) => {
      if (lease !== undefined) await renewLease(query, lease);
      await this.#tables[table].run(query, { kind: 'upsert', rows: [row] }, new Date());
    });
  }
}

/** Repositories of which rows are compared with what is stored: of two that do so at once, neither would see what the other inserts. */
function comparedRepositories(changes: readonly Change[]): string[] {
  const keys = changes.flatMap((change): readonly object[] => ('delete' in change ? change.delete : 'partition' in change ? [change.partition] : []));
  return [...new Set(keys.flatMap((key) => ('repoId' in key ? [String(key.repoId)] : [])))];
}
