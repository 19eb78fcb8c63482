import { expect } from 'vitest';
import { gitProgram } from '../../../src/config.ts';
import type { Cursor } from '../../../src/model/activities.ts';
import type { RepositoryOptions } from '../../../src/model/input.ts';
import type { ListedRepository } from '../../../src/model/repository.ts';
import { parsePosition } from '../../../src/providers/cursor-schema.ts';
import type { GitHub as GitHubClient } from '../../../src/providers/github/api.ts';
import { gitHubPullRequests } from '../../../src/providers/github/pull-requests/reader.ts';
import type { Batch, StageContext, StageReading } from '../../../src/providers/stage.ts';
import { openStore } from '../../../src/stores/open.ts';
import type { Store } from '../../../src/stores/store.ts';
import { repoId } from '../../stores/samples.ts';
import { type SqliteTestDatabase, sqliteDatabase } from '../../stores/sqlite-database.ts';
import { expectedRows } from '../../support/github/expected.ts';
import { expectedColumns } from '../../support/github/expected-columns.ts';
import type { GitHub } from '../../support/github/server.ts';
import { fullName, type PullRequest, type Repository, timeOf } from '../../support/github/world.ts';

/** A database and what a worker does with a reader's batches. */
export class Subject {
  readonly #database: SqliteTestDatabase;
  readonly #store: Store;
  readonly #repository: ListedRepository;
  readonly #client: () => GitHubClient;
  /** What the last run that ended left. */
  result: Cursor | undefined;
  /** Batches of the last run. */
  batches: Batch[] = [];

  private constructor(database: SqliteTestDatabase, store: Store, repository: ListedRepository, client: () => GitHubClient) {
    this.#database = database;
    this.#store = store;
    this.#repository = repository;
    this.#client = client;
  }

  static async open(name: string, client: () => GitHubClient): Promise<Subject> {
    const database = sqliteDatabase();
    const repository: ListedRepository = { provider: 'github', id: repoId(1), host: 'github.com', name, url: null };
    return new Subject(database, await openStore(database.url), repository, client);
  }

  /**
   * Runs the stage to its end.
   * @returns false where it was stopped after so many batches.
   */
  async run({ cursor, batches = Number.POSITIVE_INFINITY, options = {} }: { cursor?: Cursor; batches?: number; options?: RepositoryOptions } = {}) {
    const reading: StageReading = gitHubPullRequests(async () => this.#client());
    const saved = this.result === undefined ? null : { cursor: this.result, headHash: null, watermark: new Date() };
    const context: StageContext = {
      repository: this.#repository,
      options,
      git: { program: gitProgram, gitDir: '/nowhere' },
      pin: { databaseId: this.#store.databaseId, head: null, digest: '' },
      refsFile: '/nowhere',
      hasGitFolder: false,
      stored: this.#store,
      previous: options.full === true ? null : saved,
      saved,
      processes: 1,
      amendSaved: async () => undefined,
      // As it comes back from a heartbeat.
      cursor: cursor && parsePosition(reading.cursor, undefined, JSON.parse(JSON.stringify(cursor))),
    };
    const reader = reading.read(context);
    this.batches = [];
    for (;;) {
      const { value, done } = await reader.next();
      if (done === true) {
        this.result = JSON.parse(JSON.stringify(value));
        return true;
      }
      await this.#store.write(value.changes);
      this.batches.push(value);
      const { failed, ...place } = value.cursor;
      expect(JSON.stringify(place).length).toBeLessThan(1_000);
      if (this.batches.length >= batches) {
        await reader.return({});
        return false;
      }
    }
  }

  get cursor(): Cursor {
    return this.batches.at(-1)?.cursor ?? {};
  }

  pullRequests(): Row[] {
    return this.#database.query('select * from git_pull_requests order by number').map(({ repo_id, last_synced, ...row }) => row);
  }

  reviews(): Row[] {
    return this.#database.query('select * from git_pull_request_reviews order by number, review_id').map(({ repo_id, last_synced, ...row }) => row);
  }

  /**
   * Fails unless the database holds exactly what the world has.
   * @param gone Numbers that it may hold all the same.
   */
  expectRows(github: GitHub, token: string, gone: readonly number[] = []): void {
    const { pullRequests, reviews } = columnsOf(github, token);
    const kept = (rows: Row[]) => rows.filter(({ number }) => !gone.includes(Number(number)));
    expect(numbers(kept(this.pullRequests()))).toEqual(numbers(pullRequests));
    expect(kept(this.pullRequests())).toEqual(pullRequests.map((row) => ({ ...row, author_email: null })));
    expect(kept(this.reviews())).toEqual(reviews);
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.#database.drop();
  }
}

type Row = Record<string, unknown>;

const numbers = (rows: Row[]) => rows.map(({ number }) => number);

/** The expected rows as SQLite holds them. */
function columnsOf(github: GitHub, token: string) {
  const { pullRequests, reviews } = expectedRows(github.world, { webUrl: github.webUrl, token });
  const columns = ({ repo, ...row }: { repo: string; number: number }) => expectedColumns(row);
  const key = ({ number, review_id }: Row) => `${String(number).padStart(9, '0')} ${review_id}`;
  return {
    pullRequests: pullRequests.map(columns),
    reviews: reviews.map((row) => columns(Object.assign({}, row, { review_id: String(row.review_id) }))).toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
  };
}

/** Changes pull requests of a repository as GitHub would: each change is later than all before. */
export class Editor {
  readonly #repository: Repository;
  readonly #before: PullRequest[];
  #clock = Date.UTC(2025, 0, 1);
  #id = 5_000_000_000;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#before = structuredClone(repository.pullRequests);
  }

  /** Takes all changes back. */
  undo(): void {
    this.#repository.pullRequests = structuredClone(this.#before);
  }

  get name(): string {
    return fullName(this.#repository);
  }

  /** Those changed longest ago come last. */
  get newestFirst(): PullRequest[] {
    return this.#repository.pullRequests.toSorted((a, b) => (a.updatedAt === b.updatedAt ? b.id - a.id : a.updatedAt < b.updatedAt ? 1 : -1));
  }

  #now(): string {
    this.#clock += 60_000;
    return timeOf(this.#clock);
  }

  touch(pull: PullRequest, change: Partial<PullRequest> = {}): void {
    Object.assign(pull, { title: `${pull.title.slice(0, 200)} touched`, ...change, updatedAt: this.#now() });
  }

  close(pull: PullRequest): void {
    const at = this.#now();
    Object.assign(pull, { state: 'closed', draft: false, closedAt: at, updatedAt: at });
  }

  review(pull: PullRequest, state: PullRequest['reviews'][number]['state']): void {
    const [at, id] = [this.#now(), ++this.#id];
    pull.reviews.push({ id, nodeId: `PRR_${id}`, author: 'alice', state, submittedAt: at });
    pull.updatedAt = at;
  }

  add(count = 1): void {
    for (let index = 0; index < count; index++) {
      const [pattern, at, id] = [this.#before[index % this.#before.length] as PullRequest, this.#now(), ++this.#id];
      const number = Math.max(...this.#repository.pullRequests.map((pull) => pull.number)) + 1;
      this.#repository.pullRequests.push({ ...structuredClone(pattern), id, nodeId: `PR_${id}`, number, reviews: [], createdAt: at, updatedAt: at });
    }
  }

  remove(...gone: PullRequest[]): void {
    this.#repository.pullRequests = this.#repository.pullRequests.filter((pull) => !gone.includes(pull));
  }
}
