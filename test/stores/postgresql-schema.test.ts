import { Migrator } from '@mikro-orm/migrations';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../src/model/errors.ts';
import type { Migrations } from '../../src/stores/migrations.ts';
import { openMigrations, openStore } from '../../src/stores/open.ts';
import { Connection } from '../../src/stores/postgresql/connection.ts';
import { MIGRATION_NAMES } from '../../src/stores/postgresql/migrator.ts';
import { createOrm } from '../../src/stores/postgresql/orm.ts';
import { refuseOtherSchema } from '../../src/stores/postgresql/server.ts';
import { runChild } from './child-process.ts';
import { emptyDatabase, type PostgresqlTestDatabase, usePostgres } from './postgresql-database.ts';
import { FULL, hash, repoId, row } from './samples.ts';

const ALL = [...MIGRATION_NAMES];

const server = usePostgres();
let database: PostgresqlTestDatabase;

beforeEach(async () => {
  database = await emptyDatabase(server());
});

afterEach(() => database.drop());

/** Works with the schema of the database. */
async function migrations<T>(work: (migrations: Migrations) => Promise<T>, url = database.url): Promise<T> {
  const opened = await openMigrations(url);
  if (opened === null) throw new Error('no migrations');
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

const up = (url?: string) => migrations((each) => each.up(), url);

/** Undoes all migrations; gives their names. */
const downAll = () =>
  migrations(async (each) => {
    const undone: string[] = [];
    for (;;) {
      const names = await each.down();
      if (names.length === 0) return undone;
      undone.push(...names);
    }
  });

/** Whatever is in the database. */
async function everything(): Promise<unknown[]> {
  const own = "not in ('pg_catalog', 'information_schema', 'pg_toast')";
  const relations = await database.query(`select relname, relkind from pg_class c join pg_namespace n on n.oid = relnamespace where nspname ${own} order by 1`);
  const others = await database.query(`select proname from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname ${own}`);
  const types = await database.query(`select typname from pg_type t join pg_namespace n on n.oid = typnamespace where nspname ${own} order by 1`);
  return [...relations, ...others, ...types];
}

async function refusal(url: string, migrate = false): Promise<string> {
  const error: unknown = await openStore(url, { migrate }).then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidInput);
  return (error as InvalidInput).message;
}

describe('migrations', () => {
  it('lead from an empty database to one that a store can use, and back', async () => {
    const before = await everything();
    expect(await up()).toEqual(ALL);
    const store = await openStore(database.url);
    await store.write([{ table: 'repos', upsert: [FULL.repos] }]);
    await store.close();
    expect(await downAll()).toEqual(ALL.toReversed());
    expect(await everything()).toEqual(before);
    expect(await migrations((each) => each.down())).toEqual([]);
    expect(await everything()).toEqual(before);
    expect(await up()).toEqual(ALL);
  });

  it('are applied once', async () => {
    await up();
    const before = await everything();
    expect(await up()).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('tell which are pending, and change nothing by it', async () => {
    const before = await everything();
    expect(await migrations((each) => each.status())).toEqual(ALL.map((name) => ({ name, appliedAt: null })));
    expect(await everything()).toEqual(before);
    const begun = Date.now();
    await up();
    const ended = Date.now();
    const applied = await migrations((each) => each.status());
    expect(applied.map(({ name }) => name)).toEqual(ALL);
    for (const { appliedAt } of applied) {
      // It's kept in seconds.
      expect(Number(appliedAt)).toBeGreaterThan(begun - 1_000);
      expect(Number(appliedAt)).toBeLessThan(ended + 1_000);
    }
  });

  it('make just what the entities say, whatever the time zone, and their snapshot is the same', async () => {
    await database.query(`alter database ${database.name} set timezone = 'Asia/Tokyo'`);
    await up();
    const pool = new pg.Pool({ connectionString: database.url });
    const path = new URL('../../src/stores/postgresql/migrations', import.meta.url).pathname;
    const orm = createOrm(pool, {
      dbName: database.name,
      extensions: [Migrator],
      migrations: { path, pathTs: path, snapshotName: 'snapshot', snapshotOnMigrate: false },
    });
    expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
    expect(await orm.migrator.checkSchema()).toBe(false);
    await database.query("alter table git_refs alter column name set default 'x'");
    expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toContain('git_refs');
    await pool.end();
  });

  it('use uuid, timestamptz and jsonb, and put what belongs to the key first', async () => {
    await up();
    const columns = await database.query(
      `select table_name || '.' || column_name as name, data_type from information_schema.columns
        where table_name in ('repos', 'git_commit_stats') order by table_name, ordinal_position`,
    );
    expect(columns).toMatchObject([
      ...[
        'repo_id',
        'commit_hash',
        'file_path',
        'old_file_path',
        'additions',
        'deletions',
        'old_file_mode',
        'new_file_mode',
        'last_synced',
        'file_path_key',
      ].map((name) => ({
        name: `git_commit_stats.${name}`,
      })),
      ...['id', 'repo', 'provider', 'host', 'provider_id', 'url', 'ref', 'head_hash', 'settings', 'tags', 'is_fork', 'is_archived'].map((name) => ({
        name: `repos.${name}`,
      })),
      ...['created_at', 'last_synced', 'removed_at'].map((name) => ({ name: `repos.${name}` })),
    ]);
    const types = Object.fromEntries(columns.map(({ name, data_type }) => [name, data_type]));
    expect(types).toMatchObject({ 'repos.id': 'uuid', 'repos.created_at': 'timestamp with time zone', 'repos.settings': 'jsonb' });
  });

  it('may be applied by several processes at once', async () => {
    const children = await Promise.all(Array.from({ length: 5 }, () => runChild('migrate', database.url)));
    const store = await openStore(database.url);
    await store.close();
    expect(children).toEqual(children.map(() => ({ code: 0, output: store.databaseId })));
    expect(await database.query('select name from sync_migrations order by id')).toEqual(ALL.map((name) => ({ name })));
  });

  it('may be applied by several at once whatever the isolation that transactions have by default', async () => {
    await database.query(`alter database ${database.name} set default_transaction_isolation = 'repeatable read'`);
    const applied = await Promise.all([1, 2, 3, 4].map(() => up()));
    expect(applied.flat()).toEqual(ALL);
  });

  it('end with the reason where the connection ends in the middle of them, and can be applied then', async () => {
    const holder = await database.connect();
    await holder.query("begin; select pg_advisory_xact_lock(x'6f72672d73796e63'::bigint)");
    const opened = openStore(database.url, { migrate: true }).catch((error: unknown) => error);
    await database.waiting(1);
    await database.disconnect('org-sync');
    const refusal = await opened;
    expect(refusal).toBeInstanceOf(InvalidInput);
    expect(String(refusal)).toContain("can't be used: terminating connection");
    await holder.end();
    expect(await up()).toEqual(ALL);
  });

  it('leave a database alone that has a table of that name already', async () => {
    await database.query("create table repos (mine text); insert into repos values ('kept')");
    const before = await everything();
    expect(await refusal(database.url, true)).toContain('relation "repos" already exists (42P07): org-sync didn\'t make it');
    await expect(up()).rejects.toThrow(InvalidInput);
    expect(await everything()).toEqual(before);
    expect(await database.query('select mine from repos')).toEqual([{ mine: 'kept' }]);
  });

  it("don't mind what else is in the database, another program's migrations included", async () => {
    await database.query("create table mikro_orm_migrations (id int); create table theirs (x text); create view v as select 'x' as x");
    const before = await everything();
    await up();
    await downAll();
    expect(await everything()).toEqual(before);
  });

  it('go into the first schema of the search path', async () => {
    await database.query(`create schema facts; alter database ${database.name} set search_path = facts`);
    await up();
    await (await openStore(database.url)).close();
    const schemas = await database.query("select distinct schemaname from pg_tables where schemaname not in ('pg_catalog', 'information_schema')");
    expect(schemas).toEqual([{ schemaname: 'facts' }]);
    await downAll();
    expect(await database.query("select 1 from pg_class where relname in ('repos', 'sync_migrations')")).toEqual([]);
  });

  it('go into a schema of any name but one with a dot, which is refused', async () => {
    await database.query(`create schema "Our ""facts"""; alter database ${database.name} set search_path = "Our ""facts"""`);
    await up();
    expect(await migrations((each) => each.status())).toMatchObject(ALL.map(() => ({ appliedAt: expect.any(Date) })));
    await downAll();
    await database.query(`create schema "our.facts"; alter database ${database.name} set search_path = "our.facts"`);
    const before = await everything();
    await expect(up()).rejects.toThrow("the first schema of its search path, 'our.facts', has a dot in its name");
    expect(await everything()).toEqual(before);
  });

  it('are not undone while somebody’s view hangs on a table, which the refusal names', async () => {
    await up();
    await database.query('create view theirs as select * from git_commits');
    const failure: unknown = await downAll().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidInput);
    expect(String(failure)).toMatch(/view theirs depends on table git_commits .*\(2BP01\): drop it first$/);
    expect((await migrations((each) => each.status()))[0]).toMatchObject({ appliedAt: expect.any(Date) });
  });

  it('are told to nobody who may not read them', async () => {
    await up();
    await database.query("create role stranger login password 's3cret'");
    const failure: unknown = await migrations((each) => each.status(), server().url(database.name, 'stranger', 's3cret')).catch((error: unknown) => error);
    await database.query('drop role stranger');
    expect(failure).toBeInstanceOf(InvalidInput);
    expect(String(failure)).toContain('permission denied for table sync_migrations (42501)');
  });

  it('make null of times outside the years 0 to 9999, which an earlier version stored', async () => {
    await up();
    const store = await openStore(database.url);
    await store.write([
      { table: 'git_commits', upsert: [1, 2].map((n) => row('git_commits', { hash: hash(n) })) },
      { table: 'git_pull_requests', upsert: [FULL.git_pull_requests] },
    ]);
    await store.close();
    await database.query("update git_commits set author_when = '11476-01-01', committer_when = '9999-12-31T23:59:59.999Z' where hash = $1", hash(1));
    await database.query("update git_pull_requests set merged_at = '-infinity', closed_at = '0001-01-01T00:00:00Z BC'");
    await database.query('delete from sync_migrations where name = $1', 'Migration20261201100000_instants');
    expect(await up()).toEqual(['Migration20261201100000_instants']);
    expect(await database.rows('git_commits')).toMatchObject([
      row('git_commits', { hash: hash(1), authorWhen: null, committerWhen: new Date('9999-12-31T23:59:59.999Z') }),
      row('git_commits', { hash: hash(2) }),
    ]);
    expect(await database.rows('git_pull_requests')).toMatchObject([
      row('git_pull_requests', { mergedAt: null, closedAt: new Date('0000-01-01T00:00:00.000Z') }),
    ]);
  });

  it('fit keys of a database with rows for texts of any length, and can be undone while none is too long', async () => {
    const LONG_KEYS = 'Migration20261201110000_long_keys';
    await up();
    while ((await migrations((each) => each.down()))[0] !== LONG_KEYS);
    const tables = ['git_refs', 'git_files', 'git_commit_stats', 'git_blame_ranges'] as const;
    const columns: Record<(typeof tables)[number], string[]> = {
      git_refs: ['full_name'],
      git_files: ['path', 'contents'],
      git_commit_stats: ['commit_hash', 'file_path'],
      git_blame_ranges: ['path', 'line_no', 'line_count'],
    };
    const values = { full_name: 'refs/heads/x', path: 'a\\b', contents: 'x', commit_hash: hash(1), file_path: "a'b", line_no: '1', line_count: '1' };
    for (const table of tables) {
      const names = columns[table];
      const literals = names.map((name) => `'${values[name as keyof typeof values].replaceAll("'", "''")}'`);
      await database.query(`insert into ${table} (repo_id, ${names.join(', ')}) values ('${repoId(1)}', ${literals.join(', ')})`);
    }
    const before = await Promise.all(tables.map((table) => database.rows(table)));
    expect(await up()).toContain(LONG_KEYS);
    expect(await Promise.all(tables.map((table) => database.rows(table)))).toEqual(before);
    const store = await openStore(database.url);
    await store.write([{ table: 'git_refs', upsert: [row('git_refs', { fullName: 'refs/heads/x', name: 'y' })] }]);
    await store.close();
    expect((await database.rows('git_refs')).map(({ name }) => name)).toEqual(['y']);
    expect(await database.query('select path, line from git_blame')).toEqual([{ path: 'a\\b', line: 'x' }]);
    while ((await migrations((each) => each.down()))[0] !== LONG_KEYS);
    expect(await database.rows('git_files')).toEqual(before[1]);
    expect(await database.query('select path, line from git_blame')).toEqual([{ path: 'a\\b', line: 'x' }]);
    expect(await up()).toContain(LONG_KEYS);
  });

  it('are of no concern to SQLite', async () => {
    expect(await openMigrations('sqlite:////nowhere/x.db')).toBeNull();
  });
});

describe('a schema that is not that of this version', () => {
  it('is refused with the command that mends it, where there is none yet', async () => {
    const before = await everything();
    const name = `postgresql://postgres@${server().host}/${database.name}`;
    expect(await refusal(database.url)).toBe(
      `database ${name} has no tables yet: run 'org-sync migrate up --db ${name}' (add the password, if any), or add --migrate`,
    );
    expect(await everything()).toEqual(before);
  });

  it('is refused with the command that mends it, where it is behind', async () => {
    await up();
    const pool = new pg.Pool({ connectionString: database.url });
    const connection = new Connection(pool, 'x');
    await refuseOtherSchema(connection, 'x', ALL);
    const newer = refuseOtherSchema(connection, 'x', [...ALL, 'Migration29990101000000_more']);
    await expect(newer).rejects.toThrow(
      "database x is behind by Migration29990101000000_more: run 'org-sync migrate up --db x' (add the password, if any), or add --migrate",
    );
    await connection.close();
  });

  it('is refused where a newer version has made it', async () => {
    await up();
    await database.query("insert into sync_migrations (name) values ('Migration29990101000000_more')");
    expect(await refusal(database.url)).toContain('was migrated by a newer org-sync (Migration29990101000000_more): update org-sync');
    expect(await refusal(database.url, true)).toContain('newer org-sync');
  });

  it('gets an id of its own where its tables were emptied', async () => {
    await up();
    for (let round = 0; round < 5; round++) {
      await database.query('delete from sync_database');
      const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(database.url)));
      for (const store of stores) await store.close();
      expect(new Set(stores.map(({ databaseId }) => databaseId)).size).toBe(1);
      expect(await database.query('select id from sync_database')).toEqual([{ id: stores[0]?.databaseId }]);
    }
  });
});
