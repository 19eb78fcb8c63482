import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/sql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FatalError, RetryableError } from '../../src/model/errors.ts';
import { defineEntities } from '../../src/stores/entities.ts';
import { Connection } from '../../src/stores/sqlite/connection.ts';
import { nodeSqliteDialect } from '../../src/stores/sqlite/dialect.ts';
import { OrgSyncSqliteDriver } from '../../src/stores/sqlite/driver.ts';
import { translate } from '../../src/stores/sqlite/errors.ts';
import { FileIdentity } from '../../src/stores/sqlite/identity.ts';
import { SQLITE_TYPES } from '../../src/stores/sqlite/types.ts';
import { FULL } from './samples.ts';
import { type SqliteTestDatabase, sqliteDatabase } from './sqlite-database.ts';

const entities = defineEntities(SQLITE_TYPES);

let file: SqliteTestDatabase;
let database: DatabaseSync;
let orm: MikroORM;
let connection: Connection;

beforeEach(async () => {
  file = sqliteDatabase();
  database = new DatabaseSync(file.path, { timeout: 10 });
  database.exec('pragma journal_mode = wal');
  const driverOptions = nodeSqliteDialect(database);
  orm = new MikroORM({
    driver: OrgSyncSqliteDriver,
    driverOptions,
    dbName: file.path,
    entities: Object.values(entities),
  });
  await orm.schema.create();
  connection = new Connection(orm, database, file.path, new FileIdentity(file.path));
});

afterEach(async () => {
  await connection.close();
  await file.drop();
});

const insert = (name: string) => `insert into git_refs (repo_id, full_name, name) values ('r', '${name}', 'returning')`;

describe('the dialect under the ORM', () => {
  it('counts the rows of a statement that contains the word returning', async () => {
    await orm.em.getConnection().execute(insert('a'), [], 'run');
    const update = "update git_refs set name = 'returning still'";
    expect(await orm.em.getConnection().execute(update, [], 'run')).toMatchObject({ affectedRows: 1 });
  });

  it('returns the rows of a statement that returns some', async () => {
    const rows = await orm.em.getConnection().execute(`${insert('a')} returning full_name`);
    expect(rows).toEqual([{ full_name: 'a' }]);
  });

  it('streams', async () => {
    for (const name of ['a', 'b']) await connection.transaction(() => database.exec(insert(name)));
    const rows = await Array.fromAsync(orm.em.getConnection().stream('select full_name from git_refs order by 1'));
    expect(rows).toEqual([{ full_name: 'a' }, { full_name: 'b' }]);
  });

  it('lets the ORM read and write what the store does', async () => {
    const em = orm.em.fork();
    const when = new Date('2024-02-29T12:34:56.789Z');
    await em.insert(entities.repos, { ...FULL.repos, lastSynced: when });
    expect(await file.rows('repos')).toEqual([{ ...FULL.repos, lastSynced: when }]);
    const [found] = await em.find(entities.repos, { isFork: true, createdAt: { $gte: when } });
    expect({ ...found }).toEqual({ ...FULL.repos, lastSynced: when });
  });

  it('begins a transaction as a writer, after waiting for another process', async () => {
    const other = new DatabaseSync(file.path);
    other.exec(`begin immediate; ${insert('other')}`);
    setTimeout(() => other.exec('commit'), 100);
    const seen = await orm.em.fork().transactional((em) => em.getConnection().execute('select full_name from git_refs', [], 'all', em.getTransactionContext()));
    other.close();
    expect(seen).toEqual([{ full_name: 'other' }]);
  });
});

describe('a transaction of the store', () => {
  it('does not fall into one of the ORM, nor the other way round', async () => {
    const slow = orm.em.fork().transactional(async (em) => {
      await em.getConnection().execute(insert('a'), [], 'run', em.getTransactionContext());
      await sleep(50);
      throw new Error('given up');
    });
    const mine = connection.transaction(() => database.exec(insert('b')));
    await expect(slow).rejects.toThrow('given up');
    await mine;
    expect(await connection.all('select full_name from git_refs')).toEqual([{ full_name: 'b' }]);
  });

  it('leaves nothing of what it did before it failed', async () => {
    const failing = connection.transaction(() => {
      database.exec(insert('a'));
      throw new Error('given up');
    });
    await expect(failing).rejects.toThrow('given up');
    expect(await connection.all('select full_name from git_refs')).toEqual([]);
  });
});

describe('a full disk', () => {
  const fill = () => connection.transaction(() => database.exec(`update git_refs set name = hex(zeroblob(500000))`));

  it('fails what is written for now, and takes it once there is space', async () => {
    await connection.transaction(() => database.exec(insert('a')));
    const [{ page_count: pages } = {}] = await connection.all('pragma page_count');
    database.exec(`pragma max_page_count = ${pages}`);
    const failure: unknown = await fill().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RetryableError);
    expect(String(failure)).toContain(`database or disk is full; free some space on the disk that holds ${file.folder}`);
    expect(await connection.all('select name from git_refs')).toEqual([{ name: 'returning' }]);
    database.exec('pragma max_page_count = 100000');
    await fill();
    expect(await connection.all('select length(name) as length from git_refs')).toEqual([{ length: 1_000_000 }]);
  });
});

describe('an error of SQLite', () => {
  it.each([
    [5, RetryableError, 'locked by another process'],
    [15, RetryableError, 'another process has kept it from being opened'],
    [10 | (3 << 8), RetryableError, 'check the disk that holds /data'],
    [13, RetryableError, 'free some space on the disk that holds /data'],
    [8, RetryableError, 'whether it can be written to'],
    [14, RetryableError, 'whether it can be written to'],
    [11, FatalError, '/data/x.db'],
    [26, FatalError, '/data/x.db'],
  ])('with code %i says whether to try again', (errcode, kind, text) => {
    const translated = translate(Object.assign(new Error('database is locked'), { errcode }), '/data/x.db');
    expect(translated).toBeInstanceOf(kind);
    expect(String(translated)).toContain(text);
  });

  it('that nobody knows is passed on', () => {
    const error = Object.assign(new Error('near "x": syntax error'), { errcode: 1 });
    expect(translate(error, '/x.db')).toBe(error);
  });
});
