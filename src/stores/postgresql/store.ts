import type { Stage } from '../../model/stages.ts';
import type { PullRequestRecord } from '../../schema/git-pull-requests.ts';
import type { RepositoryRecord } from '../../schema/repos.ts';
import type { SyncRunRecord } from '../../schema/sync-runs.ts';
import type { StoredSyncState, SyncState } from '../../schema/sync-state.ts';
import type { TableName, TableRecords } from '../../schema/tables.ts';
import { LEASE_MS, type Lease, type LeaseHeld } from '../leases.ts';
import { moveSteps, SYNCED_TABLES } from '../moves.ts';
import { plan } from '../plan.ts';
import type { Change, RepositoryFilter, Store, StoredState } from '../store.ts';
import { rowOf, stateIn, storedStates } from '../sync-states.ts';
import { decode } from './columns.ts';
import type { Connection } from './connection.ts';
import { acquireLease, releaseLease, renewLease } from './leases.ts';
import { lockRepositories } from './statements.ts';
import type { TableWriter } from './table-writer.ts';

/** Rows per page of {@link PostgresqlStore.keys}. */
const PAGE = 5000;

/** What {@link PostgresqlStore.keys} gives, and the column of the primary key by which it's found. */
const KEY_COLUMNS = { git_commits: ['hash', 'hash'], git_files: ['path', 'path_key'], git_commit_stats: ['commit_hash', 'commit_hash'] } as const;

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
    const steps = plan(changes, (table) => this.#tables[table].columns);
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

  async *keys(table: keyof typeof KEY_COLUMNS, repoId: string): AsyncGenerator<string[]> {
    const [column, order] = KEY_COLUMNS[table];
    const sql = `select distinct ${order}, ${column} from ${table} where repo_id = $1 and ${order} > $2 order by ${order} limit ${PAGE}`;
    let last = '';
    for (;;) {
      const page = await this.#connection.all(sql, repoId, last);
      if (page.length > 0) yield page.map(([, key]) => String(key));
      if (page.length < PAGE) return;
      last = String(page.at(-1)?.[0]);
    }
  }

  pullRequests(repoId: string, numbers: readonly number[]): Promise<PullRequestRecord[]> {
    return this.#select('git_pull_requests', 'repo_id = $1 and number = any($2::int[]) order by number', repoId, `{${numbers.join(',')}}`);
  }

  pullRequestNumbers(repoId: string): Promise<number[]> {
    return this.#numbers('repo_id = $1', repoId);
  }

  openPullRequests(repoId: string): Promise<number[]> {
    return this.#numbers("repo_id = $1 and state = 'open'", repoId);
  }

  async #numbers(where: string, repoId: string): Promise<number[]> {
    return (await this.#connection.all(`select number from git_pull_requests where ${where} order by number`, repoId)).map(([number]) => Number(number));
  }

  repositories(which: RepositoryFilter): Promise<RepositoryRecord[]> {
    if ('ids' in which) return this.#select('repos', 'id = any(array(select jsonb_array_elements_text($1::jsonb)::uuid))', JSON.stringify(which.ids));
    const { host } = which;
    const among = 'in (select jsonb_array_elements_text($2::jsonb))';
    if ('providerIds' in which) return this.#select('repos', `host = $1 and provider_id ${among}`, host, JSON.stringify(which.providerIds));
    if ('numbered' in which) {
      const { above = '', upTo = '~' } = which.numbered;
      const order = `lpad(provider_id, 20, '0') collate "C"`;
      return this.#select('repos', `host = $1 and ${order} > $2 and ${order} <= $3`, host, above, upTo);
    }
    const [from, before] = [which.created.from?.toISOString() ?? '-infinity', which.created.before?.toISOString() ?? 'infinity'];
    return this.#select('repos', 'host = $1 and created_at >= $2::timestamptz and created_at < $3::timestamptz', host, from, before);
  }

  async syncStates(repoIds: readonly string[]): Promise<StoredState[]> {
    return storedStates(await this.#select('sync_state', 'repo_id = any(array(select jsonb_array_elements_text($1::jsonb)::uuid))', JSON.stringify(repoIds)));
  }

  async syncState(repoId: string, stage: Stage): Promise<StoredSyncState | null> {
    return stateIn(await this.#select('sync_state', 'repo_id = $1 and stage = $2', repoId, stage));
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
    const tables = (Object.keys(this.#tables) as TableName[]).filter((table) => this.#tables[table].columns.some(({ property }) => property === 'repoId'));
    return this.#connection.transaction(async (query) => {
      await query(lockRepositories([from, to]));
      const isSynced = async (repoId: string) => {
        for (const table of SYNCED_TABLES) if (await this.#tables[table].has(query, { repoId })) return true;
        return false;
      };
      if (!(await this.#tables.repos.has(query, { id: from })) && !(await isSynced(from))) return;
      for (const { table, key, kind, of } of moveSteps(tables, await isSynced(to))) {
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

  async #select<T extends TableName>(table: T, where: string, ...values: string[]): Promise<TableRecords[T][]> {
    // Of no interest to whoever reads records.
    const columns = this.#tables[table].columns.filter(({ property }) => property !== 'lastSynced');
    const selected = columns.map((column) => column.selected).join(', ');
    const rows = await this.#connection.all(`select ${selected} from ${table} where ${where}`, ...values);
    return rows.map((row) => decode(columns, row) as TableRecords[T]);
  }
}

/** Repositories of which rows are compared with what is stored: of two that do so at once, neither would see what the other inserts. */
function comparedRepositories(changes: readonly Change[]): string[] {
  const keys = changes.flatMap((change): readonly object[] => ('delete' in change ? change.delete : 'partition' in change ? [change.partition] : []));
  return [...new Set(keys.flatMap((key) => ('repoId' in key ? [String(key.repoId)] : [])))];
}
