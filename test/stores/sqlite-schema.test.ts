import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/stores/open.ts';
import type { Change } from '../../src/stores/store.ts';
import { FULL, row, TABLES } from './samples.ts';
import { type SqliteTestDatabase, sqliteDatabase } from './sqlite-database.ts';

let database: SqliteTestDatabase;

beforeEach(async () => {
  database = sqliteDatabase();
  const store = await openStore(database.url);
  await store.write(TABLES.map((table) => ({ table, upsert: [FULL[table]] }) as Change));
  await store.close();
});

afterEach(() => database.drop());

/** Opens the database, as a newer version would. */
async function open(): Promise<void> {
  const store = await openStore(database.url);
  await store.close();
}

/** Everything that the schema consists of. */
function schema() {
  return database.query('select type, name, sql from sqlite_master order by type, name');
}

describe('the schema', () => {
  it('keeps small rows in the tree of their key', () => {
    const without = database.query('select name from pragma_table_list where wr = 1 order by name').map(({ name }) => name);
    expect(without).toEqual(['git_blame_ranges', 'git_commit_stats', 'git_pull_request_reviews', 'git_refs', 'sync_leases', 'sync_runs', 'sync_state']);
  });

  it('has the columns that users rely on', () => {
    const columns = (table: string) => database.query('select name from pragma_table_info(?)', table).map(({ name }) => name);
    expect(columns('git_commit_stats')).toEqual([
      ...['repo_id', 'commit_hash', 'file_path', 'old_file_path', 'additions', 'deletions'],
      ...['old_file_mode', 'new_file_mode', 'last_synced'],
    ]);
    expect(columns('sync_runs')).not.toContain('last_synced');
  });

  it('stores times as text that its date functions read, and flags as numbers', () => {
    const sql = "select datetime(author_when) as at, strftime('%Y', committer_when) as year from git_commits";
    expect(database.query(sql)).toEqual([{ at: '2024-02-29 12:34:56', year: '2024' }]);
    expect(database.query('select is_fork, is_archived, typeof(settings) as json from repos')).toEqual([{ is_fork: 1, is_archived: 0, json: 'text' }]);
  });

  it('writes ahead', () => {
    expect(database.query('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });

  it('stays as it is when it is opened again', async () => {
    const before = schema();
    await open();
    expect(schema()).toEqual(before);
  });
});

describe('an upgrade', () => {
  it('adds missing columns, indexes and tables and keeps every row', async () => {
    const before = schema();
    database.exec(`
      drop view git_blame;
      drop index git_commits_author_email_index;
      alter table git_commits drop column parents;
      alter table git_commits drop column author_name;
      alter table git_commit_stats drop column old_file_path;
      alter table repos drop column settings;
      drop table git_pull_request_reviews;
    `);
    await open();
    expect(await database.rows('git_commits')).toMatchObject([row('git_commits', { parents: 0, authorName: '' })]);
    expect(await database.rows('git_commit_stats')).toMatchObject([row('git_commit_stats', { oldFilePath: null })]);
    expect(await database.rows('repos')).toMatchObject([row('repos', { settings: {} })]);
    expect(await database.rows('git_pull_request_reviews')).toEqual([]);
    expect(schema().map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    const upgraded = schema();
    await open();
    expect(schema()).toEqual(upgraded);
  });

  it('keeps columns, indexes, triggers, views and tables that somebody added', async () => {
    database.exec(`
      alter table git_refs drop column remote;
      alter table git_refs add column note text;
      update git_refs set note = 'mine';
      create index my_index on git_refs (note);
      create trigger my_trigger after insert on git_refs begin select 1; end;
      create view my_view as select note from git_refs;
      create table my_table (x);
      create virtual table my_search using fts5 (y);
    `);
    await open();
    expect(database.query('select note, remote from my_view join git_refs using (note)')).toEqual([{ note: 'mine', remote: null }]);
    const names = schema().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['my_index', 'my_trigger', 'my_view', 'my_table', 'my_search']));
  });

  it('changes the type of a column and keeps what hangs on the table', async () => {
    const [{ sql } = { sql: null }] = database.query("select sql from sqlite_master where name = 'git_commit_stats'");
    database.exec(`
      alter table git_commit_stats rename to old;
      ${String(sql).replace('`additions` integer not null default 0', '`additions` text null')};
      insert into git_commit_stats select * from old;
      drop table old;
      alter table git_commit_stats add column note text;
      update git_commit_stats set note = 'mine';
      create index my_index on git_commit_stats (note);
      create trigger my_trigger after insert on git_commit_stats begin select 1; end;
      create view my_view as select note from git_commit_stats;
    `);
    await open();
    expect(await database.rows('git_commit_stats')).toMatchObject([{ ...FULL.git_commit_stats, note: 'mine' }]);
    expect(database.query("select type, \"notnull\" from pragma_table_info('git_commit_stats') where name = 'additions'")).toEqual([
      { type: 'INTEGER', notnull: 1 },
    ]);
    expect(database.query("select wr from pragma_table_list where name = 'git_commit_stats'")).toEqual([{ wr: 1 }]);
    expect(schema().map(({ name }) => name)).toEqual(expect.arrayContaining(['my_index', 'my_trigger', 'my_view']));
  });

  it('makes null of times outside the years 0 to 9999, which an earlier version stored', async () => {
    database.exec(`
      update git_commits set author_when = '+011476-01-01T00:00:00.000Z';
      update git_blame_ranges set author_when = '-000001-12-31T23:59:59.999Z';
      update git_pull_requests set merged_at = '+275760-09-13T00:00:00.000Z';
      drop index git_commits_author_email_index;
    `);
    await open();
    expect(await database.rows('git_commits')).toMatchObject([row('git_commits', { authorWhen: null })]);
    expect(await database.rows('git_blame_ranges')).toMatchObject([row('git_blame_ranges', { authorWhen: null })]);
    expect(await database.rows('git_pull_requests')).toMatchObject([row('git_pull_requests', { mergedAt: null })]);
  });

  it('makes the view again when its text is another', async () => {
    const before = schema();
    database.exec('drop view git_blame; create view git_blame as select 1 as old');
    await open();
    expect(schema()).toEqual(before);
  });
});
