import type { Filter } from 'mongodb';
import type { PullRequestRecord, RepositoryRecord, SyncRunRecord, SyncState } from '../../model/records.ts';
import type { Stage } from '../../model/stages.ts';
import type { Rows, TableName } from '../entities/rows.ts';
import { plan } from '../plan.ts';
import type { Change, RepositoryFilter, Store, StoredState } from '../store.ts';
import { rowOf, stateIn, storedStates } from '../sync-states.ts';
import { type Rows as Collection, type Row, within } from './collection.ts';
import { decode } from './columns.ts';
import { idOf, rangeOf } from './ids.ts';
import type { TableWriter } from './table-writer.ts';

/** Rows that {@link MongodbStore.keys} reads at a time. */
const PAGE = 20_000;

const KEY_COLUMNS = { git_commits: 'hash', git_files: 'path', git_commit_stats: 'commitHash' } as const;

/** What a store needs for each table. */
export interface TableAccess {
  rows: Collection;
  writer: TableWriter;
}

/** The facts in a MongoDB database. */
export class MongodbStore implements Store {
  readonly databaseId: string;
  readonly #tables: Record<TableName, TableAccess>;
  readonly #close: () => Promise<void>;

  constructor(databaseId: string, tables: Record<TableName, TableAccess>, close: () => Promise<void>) {
    this.databaseId = databaseId;
    this.#tables = tables;
    this.#close = close;
  }

  /**
   * Tables are written in the order of their names, so ranges of blame before their files: where a write is cut off and the run
   * isn't gone on with, the next one finds by the file that it's to be read, or removed, again.
   */
  async write(changes: readonly Change[]): Promise<void> {
    const now = new Date();
    for (const [table, todo] of plan(changes, (name) => this.#tables[name].writer.columns)) {
      for (const step of todo) await this.#tables[table].writer.run(step, now);
    }
  }

  async *keys(table: keyof typeof KEY_COLUMNS, repoId: string): AsyncGenerator<string[]> {
    const { rows, writer } = this.#tables[table];
    const field = writer.columns.find(({ property }) => property === KEY_COLUMNS[table])?.field ?? '';
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

  async pullRequests(repoId: string, numbers: readonly number[]): Promise<PullRequestRecord[]> {
    if (numbers.length === 0) return [];
    const ids = numbers.map((number) => idOf(this.#keysOf('git_pull_requests'), { repoId, number }));
    const found = await this.#select('git_pull_requests', { _id: { $in: ids } });
    return found.sort((a, b) => a.number - b.number);
  }

  pullRequestNumbers(repoId: string): Promise<number[]> {
    return this.#numbers(repoId);
  }

  openPullRequests(repoId: string): Promise<number[]> {
    return this.#numbers(repoId, { state: 'open' });
  }

  async #numbers(repoId: string, more: { state?: string } = {}): Promise<number[]> {
    const { rows } = this.#tables.git_pull_requests;
    const filter = { ...within([rangeOf(this.#keysOf('git_pull_requests').slice(0, 1), { repoId })]), ...more };
    return (await rows.find(filter, { fields: ['number'] })).map((row) => Number(row['number'])).sort((a, b) => a - b);
  }

  repositories(which: RepositoryFilter): Promise<RepositoryRecord[]> {
    if ('ids' in which) return this.#select('repos', { _id: { $in: [...which.ids] } });
    const { host } = which;
    if ('providerIds' in which) return this.#select('repos', { host, provider_id: { $in: which.providerIds } });
    if ('numbered' in which) {
      const { above, upTo } = which.numbered;
      return this.#select('repos', {
        $and: [
          { host, provider_id: { $ne: null } },
          ...(above === undefined ? [] : [beyond(above)]),
          ...(upTo === undefined ? [] : [{ $nor: [beyond(upTo)] }]),
        ],
      });
    }
    const { from, before } = which.created;
    // Without a bound there is still a time: repositories of a code host have one.
    const between = { ...(from && { $gte: from }), ...(before && { $lt: before }) };
    return this.#select('repos', { host, created_at: { $ne: null, ...between } });
  }

  async syncStates(repoIds: readonly string[]): Promise<StoredState[]> {
    if (repoIds.length === 0) return [];
    const repository = this.#keysOf('sync_state').slice(0, 1);
    return storedStates(await this.#select('sync_state', within(repoIds.map((repoId) => rangeOf(repository, { repoId })))));
  }

  async syncState(repoId: string, stage: Stage): Promise<SyncState | null> {
    return stateIn(await this.#select('sync_state', { _id: idOf(this.#keysOf('sync_state'), { repoId, stage }) }));
  }

  saveSyncState(repoId: string, stage: Stage, state: SyncState): Promise<void> {
    return this.#tables.sync_state.writer.put(rowOf(repoId, stage, state));
  }

  recordRun(run: SyncRunRecord): Promise<void> {
    return this.#tables.sync_runs.writer.put(run);
  }

  async current(): Promise<Store> {
    return this;
  }

  close(): Promise<void> {
    return this.#close();
  }

  #keysOf(table: TableName) {
    return this.#tables[table].writer.columns.filter(({ key }) => key);
  }

  async #select<T extends TableName>(table: T, filter: Filter<Row>): Promise<Rows[T][]> {
    const { rows, writer } = this.#tables[table];
    // Of no interest to whoever reads records.
    const columns = writer.columns.filter(({ property }) => property !== 'lastSynced');
    return (await rows.find(filter)).map((row) => decode(columns, row) as Rows[T]);
  }
}

/** Repositories whose host's id is above a number: longer ones, and of those as long the later ones. */
function beyond(order: string): Filter<Row> {
  const id = order.replace(/^0+/, '');
  return { $or: [{ provider_id: { $regex: `^.{${id.length + 1},}$` } }, { provider_id: { $gt: id, $regex: `^.{${id.length}}$` } }] };
}
