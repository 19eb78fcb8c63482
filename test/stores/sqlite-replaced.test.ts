import { copyFileSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInput, RetryableError } from '../../src/model/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import { hash, row } from './samples.ts';
import { type SqliteTestDatabase, sqliteDatabase } from './sqlite-database.ts';
import { storePerTest } from './subject.ts';

const subject = storePerTest(async () => sqliteDatabase());

const commits = (from: number, count = 500) => Array.from({ length: count }, (_, index) => row('git_commits', { hash: hash(from + index) }));
const write = (store = subject.store, from = 0) => store.write([{ table: 'git_commits', upsert: commits(from) }]);
const count = (database: SqliteTestDatabase = subject.database) => database.query('select count(*) as n from git_commits')[0]?.['n'];
const integrity = () => subject.database.query('pragma integrity_check');

/** Another database in the same folder, closed, with some rows. */
async function otherDatabase(): Promise<string> {
  const path = join(subject.database.folder, 'other.db');
  const other = await openStore(`sqlite:///${path}`);
  await write(other, 1_000);
  await other.close();
  return path;
}

/** What every use of the store that is open fails with. */
async function failures(): Promise<unknown[]> {
  const uses = [() => write(), () => subject.store.syncState('r', 'commits'), () => subject.store.select('git_pull_requests', { repoId: 'r', number: 1 })];
  return Promise.all(uses.map((use) => use().catch((error: unknown) => error)));
}

/** Makes sure that nothing goes on with the file that is gone; gives the store of the one that is there. */
async function successor() {
  for (const failure of await failures()) {
    expect(failure).toBeInstanceOf(RetryableError);
    expect(String(failure)).toContain(`database ${subject.database.path} was deleted or replaced during the run`);
  }
  const [store, same] = await Promise.all([subject.store.current(), subject.store.current()]);
  expect(same).toBe(store);
  expect(store.databaseId).not.toBe(subject.store.databaseId);
  expect(await store.current()).toBe(store);
  for (const failure of await failures()) expect(failure).toBeInstanceOf(RetryableError);
  return store;
}

describe('an SQLite file', () => {
  it('that stays is the current one', async () => {
    await write();
    expect(await subject.store.current()).toBe(subject.store);
  });

  it('that is deleted is made anew, without the log of the one that was there', async () => {
    await write();
    rmSync(subject.database.path);
    const store = await successor();
    expect(count()).toBe(0);
    await write(store, 5);
    expect(count()).toBe(500);
    expect(integrity()).toEqual([{ integrity_check: 'ok' }]);
  });

  it('that is deleted with its log and its index is made anew', async () => {
    await write();
    for (const suffix of ['', '-wal', '-shm']) rmSync(subject.database.path + suffix);
    await write(await successor());
    expect(count()).toBe(500);
  });

  it('that another one takes the place of gives way to it', async () => {
    const other = await otherDatabase();
    await write();
    await write();
    renameSync(other, subject.database.path);
    const store = await successor();
    expect(count()).toBe(500);
    expect(subject.database.query('select min(hash) as first from git_commits')).toEqual([{ first: hash(1_000) }]);
    expect(integrity()).toEqual([{ integrity_check: 'ok' }]);
    await write(store);
    expect(count()).toBe(1_000);
  });

  it('that a copy of itself takes the place of counts as another database, and has what the copy had', async () => {
    await write();
    subject.database.exec('pragma wal_checkpoint(truncate)');
    const copy = join(subject.database.folder, 'copy.db');
    copyFileSync(subject.database.path, copy);
    await write(subject.store, 600);
    renameSync(copy, subject.database.path);
    const store = await successor();
    expect(count()).toBe(500);
    expect(integrity()).toEqual([{ integrity_check: 'ok' }]);
    expect(subject.database.query('select id from sync_database')).toEqual([{ id: store.databaseId }]);
  });

  it('that is replaced together with its log keeps what is in that log', async () => {
    await write();
    const copy = join(subject.database.folder, 'copy.db');
    for (const suffix of ['', '-wal']) copyFileSync(subject.database.path + suffix, copy + suffix);
    await write(subject.store, 600);
    for (const suffix of ['', '-wal']) renameSync(copy + suffix, subject.database.path + suffix);
    rmSync(`${subject.database.path}-shm`);
    await successor();
    expect(count()).toBe(500);
    expect(integrity()).toEqual([{ integrity_check: 'ok' }]);
  });

  it('that a link names is found to be replaced where it lies', async () => {
    const link = join(subject.database.folder, 'link.db');
    symlinkSync(subject.database.path, link);
    const linked = await openStore(`sqlite:///${link}`);
    await write(linked);
    const other = await otherDatabase();
    renameSync(other, subject.database.path);
    await expect(write(linked)).rejects.toThrow(`database ${link} was deleted or replaced`);
    await linked.current();
    await linked.close();
    expect(integrity()).toEqual([{ integrity_check: 'ok' }]);
  });

  it('in whose place there is something else is refused, and found once it is back', async () => {
    await write();
    const kept = join(subject.database.folder, 'kept.db');
    renameSync(subject.database.path, kept);
    writeFileSync(subject.database.path, 'This is just text. '.repeat(100));
    await expect(subject.store.current()).rejects.toThrow(InvalidInput);
    await expect(write()).rejects.toThrow('was deleted or replaced');
    renameSync(kept, subject.database.path);
    await write(await subject.store.current(), 700);
    expect(existsSync(kept)).toBe(false);
    expect(integrity()).toEqual([{ integrity_check: 'ok' }]);
  });
});
