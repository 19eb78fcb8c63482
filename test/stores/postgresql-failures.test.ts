import { describe, expect, it } from 'vitest';
import { FatalError, RetryableError } from '../../src/model/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import { translate } from '../../src/stores/postgresql/errors.ts';
import type { Change } from '../../src/stores/store.ts';
import { startPostgres } from '../support/postgres.ts';
import { migratedDatabase, usePostgres } from './postgresql-database.ts';
import { hash, repoId, row } from './samples.ts';
import { storePerTest } from './subject.ts';
import { writesAcrossKill } from './writes-across-kill.ts';

const server = usePostgres();
const subject = storePerTest(() => migratedDatabase(server()));

const commits = (repository: number, batch: number, size = 500) =>
  Array.from({ length: size }, (_, index) => row('git_commits', { repoId: repoId(repository), hash: hash(batch * size + index) }));

const write = (repository: number, batch: number) => subject.store.write([{ table: 'git_commits', upsert: commits(repository, batch) }]);

describe('a server', () => {
  it('that is killed in the middle of writes makes them fail for now, and has every row once it is back', async () => {
    const failures = await writesAcrossKill(server(), write);
    expect(failures.length).toBeGreaterThanOrEqual(3);
    for (const failure of failures) expect(failure).toBeInstanceOf(RetryableError);
    expect(String(failures[0])).not.toContain('s3cret');
    const stored = await subject.database.rows('git_commits');
    expect(stored).toHaveLength(3 * 20 * 500);
    expect(stored.filter((commit) => commit.repoId === repoId(2)).map((commit) => commit.hash)).toEqual(Array.from({ length: 10_000 }, (_, n) => hash(n)));
  });

  it('that ends connections, idle or at work, is used again at the next try', async () => {
    await write(1, 0);
    await subject.database.disconnect('org-sync');
    await write(1, 1);
    const blocker = await subject.database.connect();
    await blocker.query('begin; lock table git_commits');
    const writes = Promise.allSettled(Array.from({ length: 10 }, (_, batch) => write(2, batch)));
    await subject.database.waiting(10);
    await subject.database.disconnect('org-sync');
    for (const each of await writes) expect(each).toMatchObject({ status: 'rejected', reason: expect.any(RetryableError) });
    await blocker.query('rollback');
    await blocker.end();
    for (let batch = 0; batch < 10; batch++) await write(2, batch);
    expect(await subject.database.rows('git_commits')).toHaveLength(12 * 500);
  });

  it('that becomes read-only makes writes fail for now', async () => {
    const readOnly = async (setting: 'on' | 'off') => {
      await server().query('postgres', `alter database ${subject.database.name} set default_transaction_read_only = ${setting}`);
      await subject.database.disconnect('org-sync');
    };
    await readOnly('on');
    const failure: unknown = await write(1, 0).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RetryableError);
    expect(String(failure)).toContain('(25006): is it a standby?');
    await readOnly('off');
    await write(1, 0);
  });

  it('that has no connection left makes writes fail for now', async () => {
    await subject.database.query(
      `alter database ${subject.database.name} connection limit 0; create role limited login password 'x'; grant all on all tables in schema public to limited`,
    );
    const limited = openStore(server().url(subject.database.name, 'limited', 'x'));
    await expect(limited).rejects.toThrow('too many connections for database');
    await subject.database.query('drop owned by limited; drop role limited');
  });
});

it('what was written is there after the server was killed, also where commits are not waited for by default', async () => {
  await using own = await startPostgres({ wal_writer_delay: '10s' });
  const careless = await migratedDatabase(own);
  await careless.query(`alter database ${careless.name} set synchronous_commit = off`);
  const first = await openStore(careless.url);
  await first.write([{ table: 'git_commits', upsert: commits(1, 0, 10) }]);
  await own.kill();
  await own.start();
  expect(await careless.rows('git_commits')).toHaveLength(10);
  await first.close();
});

describe('transactions that get in each other’s way', () => {
  it('fail for now, the one that ends the deadlock', async () => {
    const rows = [1, 2, 3].flatMap((repository) => commits(repository, 0, 1));
    await subject.store.write([{ table: 'git_commits', upsert: rows }]);
    const update = (repository: number) => `update git_commits set message = 'x' where repo_id = '${repoId(repository)}'`;
    // The store takes rows in one order, so the other side has to be somebody else, who has the third and wants the first. Held
    // up at the second, the store is the last to wait, and so the one that looks for a deadlock then.
    const [between, other] = [await subject.database.connect(), await subject.database.connect()];
    await between.query(`begin; ${update(2)}`);
    await other.query(`set deadlock_timeout = '1h'; begin; ${update(3)}`);
    const written = subject.store.write([{ table: 'git_commits', upsert: rows.map((commit) => ({ ...commit, message: 'y' })) }]).then(
      () => 'written',
      (error: unknown) => error,
    );
    await subject.database.waiting(1);
    const updated = other.query(`${update(1)}; commit`);
    await subject.database.waiting(2);
    await between.query('rollback');
    const failure = await written;
    await updated;
    for (const client of [between, other]) await client.end();
    expect(failure).toBeInstanceOf(RetryableError);
    expect(String(failure)).toContain('deadlock detected (40P01)');
  });

  it('leave the rows of one alone where both replace the same', async () => {
    const second = await openStore(subject.database.url);
    const ranges = (path: string, step: number) =>
      Array.from({ length: 300 }, (_, index) => row('git_blame_ranges', { path, lineNo: 1 + index * step, commitHash: hash(step) }));
    const replace = (path: string, step: number): Change => ({
      table: 'git_blame_ranges',
      partition: { repoId: repoId(1), path },
      rows: ranges(path, step),
    });
    for (let round = 0; round < 10; round++) {
      const paths = [`a${round}`, `b${round}`];
      await Promise.all([
        subject.store.write(paths.map((path) => replace(path, 2))),
        second.write(paths.map((path) => replace(path, 3))),
        subject.store.write([{ table: 'git_blame_ranges', delete: paths.toReversed().map((path) => ({ repoId: repoId(1), path: `${path} gone` })) }]),
      ]);
      for (const path of paths)
        expect(await subject.database.query('select count(*) from git_blame_ranges where path = $1 group by commit_hash', path)).toEqual([{ count: 300 }]);
    }
    await second.close();
  });

  it('never wait for each other where both are the store’s', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => row('git_commits', { hash: hash(index) }));
    const second = await openStore(subject.database.url);
    for (let round = 0; round < 10; round++) {
      const changed = rows.map((commit) => ({ ...commit, message: `round ${round}` }));
      const other = changed.toReversed().map((commit) => ({ ...commit, parents: round }));
      await Promise.all([subject.store.write([{ table: 'git_commits', upsert: changed }]), second.write([{ table: 'git_commits', upsert: other }])]);
    }
    await second.close();
    expect(await subject.database.rows('git_commits')).toHaveLength(400);
  });
});

describe('an error of PostgreSQL', () => {
  it.each([
    ['08006', RetryableError],
    ['40001', RetryableError],
    ['40P01', RetryableError],
    ['53100', RetryableError],
    ['53300', RetryableError],
    ['57P01', RetryableError],
    ['57P03', RetryableError],
    ['55P03', RetryableError],
    ['58030', RetryableError],
    ['25006', RetryableError],
    ['25P04', RetryableError],
    ['28P01', FatalError],
    ['P0001', FatalError],
    ['3D000', FatalError],
    ['42501', FatalError],
    ['42P01', FatalError],
    ['54000', FatalError],
    ['22P05', FatalError],
    ['XX001', FatalError],
  ])('with code %s says whether to try again', (code, kind) => {
    const translated = translate(Object.assign(new Error('why'), { code, severity: 'ERROR' }), 'postgresql://host/x');
    expect(translated).toBeInstanceOf(kind);
    expect(String(translated)).toContain(`database postgresql://host/x: why (${code})`);
  });

  it('that nobody knows is passed on', () => {
    const error = Object.assign(new Error('unexpected'), { code: 'XX000', severity: 'ERROR' });
    expect(translate(error, 'x')).toBe(error);
    const bug = new TypeError('not a function');
    expect(translate(bug, 'x')).toBe(bug);
  });

  it('about tables that are gone names the command that makes them', async () => {
    await subject.database.query('drop view git_blame; drop table git_commits');
    await expect(write(1, 0)).rejects.toThrow("run 'org-sync migrate up'");
  });
});

describe('a time', () => {
  it('of the year 0 is kept as 1 BC, and read as it was', async () => {
    const when = new Date('0000-02-29T12:00:00.000Z');
    await subject.store.write([{ table: 'git_pull_requests', upsert: [row('git_pull_requests', { createdAt: when })] }]);
    const text = "select (created_at at time zone 'UTC')::text as text from git_pull_requests";
    expect(await subject.database.query(text)).toEqual([{ text: '0001-02-29 12:00:00 BC' }]);
    expect((await subject.store.select('git_pull_requests', { repoId: repoId(1), number: 42 }))[0]?.createdAt).toEqual(when);
  });

  it.each(['-infinity', '4714-11-24 00:00:00 BC', '275760-09-13'])('%s, which an earlier version stored, is read as null and written so', async (stored) => {
    const never = row('git_pull_requests', { createdAt: null });
    await subject.store.write([{ table: 'git_pull_requests', upsert: [row('git_pull_requests')] }]);
    await subject.database.query(`update git_pull_requests set created_at = '${stored}'`);
    expect(await subject.store.select('git_pull_requests', { repoId: repoId(1), number: 42 })).toEqual([never]);
    await subject.store.write([{ table: 'git_pull_requests', upsert: [never] }]);
    expect(await subject.database.rows('git_pull_requests')).toMatchObject([never]);
  });

  it('is read rightly whatever the date style, the time zone and the digits of numbers', async () => {
    await subject.store.close();
    for (const setting of ["datestyle = 'SQL, DMY'", "timezone = 'Asia/Kathmandu'", 'extra_float_digits = -5'])
      await subject.database.query(`alter database ${subject.database.name} set ${setting}`);
    subject.store = await openStore(subject.database.url);
    const full = row('git_pull_requests');
    await subject.store.write([{ table: 'git_pull_requests', upsert: [full] }]);
    expect(await subject.store.select('git_pull_requests', { repoId: repoId(1), number: 42 })).toEqual([full]);
    const read = '(extract(epoch from merged_at) * 1000)::bigint::text as at';
    expect(await subject.database.query(`select ${read} from git_pull_requests`)).toEqual([{ at: String(Number(full.mergedAt)) }]);
  });
});

it('null is null, and not a text, whatever arrays hold by default', async () => {
  await subject.store.close();
  await subject.database.query(`alter database ${subject.database.name} set array_nulls = off`);
  subject.store = await openStore(subject.database.url);
  const sparse = row('git_refs', { remote: null, target: null, name: 'NULL' });
  await subject.store.write([{ table: 'git_refs', upsert: [sparse] }]);
  expect(await subject.database.rows('git_refs')).toMatchObject([sparse]);
});
