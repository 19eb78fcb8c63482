import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../src/model/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import { runUnprivileged } from './child-process.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'org-sync-refused-'));
  path = join(folder, 'test.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The message of an open that is refused. */
async function refusal(target: string): Promise<string> {
  const error: unknown = await openStore(`sqlite:///${target}`).then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidInput);
  return (error as InvalidInput).message;
}

function make(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe('a path that no database can be at', () => {
  it('is one in a folder that does not exist', async () => {
    expect(await refusal(join(folder, 'missing', 'test.db'))).toContain(`the folder ${folder}/missing doesn't exist`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is one below a file', async () => {
    writeFileSync(path, '');
    expect(await refusal(join(path, 'x', 'test.db'))).toContain("doesn't exist");
    expect(await refusal(join(path, 'test.db'))).toContain('is not a folder');
  });

  it('is a folder', async () => {
    expect(await refusal(folder)).toContain('is a folder');
  });

  it('is a pipe', async () => {
    execFileSync('mkfifo', [path]);
    expect(await refusal(path)).toContain('is not a regular file');
  });

  it('is a link to nowhere', async () => {
    symlinkSync(join(folder, 'missing', 'test.db'), path);
    expect(await refusal(path)).toContain("can't be created (ENOENT)");
  });

  it.runIf(existsSync('/proc/self'))('is one in a file system of the kernel', async () => {
    expect(await refusal('/proc/test.db')).toContain("/proc can't hold files");
    expect(await refusal('/proc/self/test.db')).toContain("can't hold files");
    expect(await refusal('/proc/version')).toContain("can't hold files");
    expect(await refusal('/proc/missing/test.db')).toContain("doesn't exist");
  });

  it('is one in a folder that may not be written to', async () => {
    mkdirSync(join(folder, 'closed'));
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'closed'), 0o555);
    const url = `sqlite:///${folder}/closed/test.db`;
    expect(await runUnprivileged(url)).toMatchObject({
      code: 0,
      output: expect.stringContaining("closed can't be written to (EACCES)"),
    });
  });

  it('is a file that may not be written or read', async () => {
    chmodSync(folder, 0o777);
    for (const [mode, what] of [
      [0o444, 'written to'],
      [0o000, 'read'],
    ] as const) {
      make('create table x (y)');
      chmodSync(path, mode);
      const { output } = await runUnprivileged(`sqlite:///${path}`);
      expect(output).toContain(`can't be ${what} (EACCES)`);
      rmSync(path);
    }
  });
});

describe('a file that is not for us', () => {
  it.each([
    ['is not SQLite', 'This is just text. '.repeat(100)],
    ['is short text', 'hello'],
    ['begins like SQLite', `SQLite format 3\0${'x'.repeat(5_000)}`],
  ])('%s, and stays as it is', async (_, text) => {
    writeFileSync(path, text);
    expect(await refusal(path)).toMatch(/can't be used: .*(not a database|malformed|unsupported)/);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['test.db']);
  });

  it.each([
    ['a table of ours with other columns', 'create table repos (id text primary key, colour text)', "'repos' (no column 'repo')"],
    ['a table of ours in other letters', 'create table Git_Refs (x)', "'git_refs' (no column 'repo_id')"],
    ['a view with the name of a table', 'create view git_files as select 1', "'git_files' (it is a view)"],
    ['a table with the name of the view', 'create table git_blame (repo_id, path)', "'git_blame' (it is a table)"],
    ['the view alone', 'create view git_blame as select 1', "'git_blame' (it is a view)"],
    ['another table named as the one with our id', 'create table sync_database (x)', "'sync_database' (no column 'id')"],
  ])('has %s, and stays as it is', async (_, sql, problem) => {
    make(sql);
    const before = readFileSync(path);
    expect(await refusal(path)).toContain(problem);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['test.db']);
  });

  it.each([
    ['another key', 'create table new (repo_id text, hash text primary key, message text)', "'git_commits' (its primary key is (hash), not (repo_id, hash))"],
    ['a column that has to be filled', '', "'git_refs' (column 'must' needs a value)"],
  ])('has a table that got %s', async (_, sql, problem) => {
    await (await openStore(`sqlite:///${path}`)).close();
    make(
      sql === ''
        ? 'drop table git_refs; create table git_refs (repo_id text, full_name text, must text not null, primary key (repo_id, full_name))'
        : `${sql}; drop table git_commits; alter table new rename to git_commits`,
    );
    expect(await refusal(path)).toContain(problem);
  });
});

describe('a file that is for us', () => {
  it('may hold tables of others', async () => {
    make("create table theirs (x text); insert into theirs values ('kept'); create virtual table search using fts5 (y)");
    await (await openStore(`sqlite:///${path}`)).close();
    const database = new DatabaseSync(path);
    expect(database.prepare('select x from theirs').all()).toEqual([{ x: 'kept' }]);
    expect(database.prepare('select count(*) as n from sync_database').all()).toEqual([{ n: 1 }]);
    database.close();
  });

  it('may be empty', async () => {
    writeFileSync(path, '');
    await (await openStore(`sqlite:///${path}`)).close();
    expect(readdirSync(folder)).toEqual(['test.db']);
  });

  it('may have an odd name', async () => {
    path = join(folder, `odd name %20 # ' " é.db`);
    await (await openStore(`sqlite:///${path}`)).close();
    expect(existsSync(path)).toBe(true);
  });
});
