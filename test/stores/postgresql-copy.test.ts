import { beforeEach, describe, expect, it } from 'vitest';
import { RetryableError } from '../../src/model/errors.ts';
import type { FactRecords } from '../../src/schema/tables.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Change } from '../../src/stores/store.ts';
import { migratedDatabase, usePostgres } from './postgresql-database.ts';
import { hash, repoId, row } from './samples.ts';
import { storePerTest } from './subject.ts';

const server = usePostgres();
const subject = storePerTest(() => migratedDatabase(server()));

beforeEach(async () => {
  await subject.database.query(`create table ways (way text);
    create function note() returns trigger language plpgsql as $$
      begin insert into ways values (case when current_query() ~ ' copy ' then 'copy' else 'upsert' end); return null; end $$;
    create trigger note after insert on git_commits execute function note();
    create trigger note after insert on git_files execute function note();
    create trigger note after insert on git_blame_ranges execute function note()`);
});

/** How rows came in; what was rolled back isn't there. */
const ways = async () => (await subject.database.query('select way from ways')).map(({ way }) => way);

const commits = (count: number, message = 'first'): FactRecords['git_commits'][] =>
  Array.from({ length: count }, (_, index) => row('git_commits', { hash: hash(index), message }));

const upsert = (rows: FactRecords['git_commits'][]): Change => ({ table: 'git_commits', upsert: rows });

describe('many new rows', () => {
  const ODD = [
    '',
    '\\',
    '\\.',
    '\\N',
    '\\n',
    '\t',
    '\n',
    '\r\n',
    '\n\\.\n',
    '"',
    "'",
    '{}',
    '{"a",NULL}',
    'NULL',
    ',',
    '\b\v\f\u001b\u007f',
    '\uFEFF',
    '\uFFFD',
    '🚀\\🚀',
  ];

  it('are copied, and keep any text', async () => {
    const rows = commits(1_000).map((commit, index) => {
      const text = `${ODD[index % ODD.length]}${ODD[Math.floor(index / ODD.length) % ODD.length]}`;
      return { ...commit, message: text, authorName: `${text}x`, authorEmail: `x${text}` };
    });
    const files = rows.map(({ message }, index) => row('git_files', { path: `${message}${index}`, contents: index % 2 === 0 ? message : null }));
    await subject.store.write([upsert(rows), { table: 'git_files', upsert: files }]);
    expect(await subject.database.rows('git_commits')).toMatchObject(rows);
    const stored = new Map((await subject.database.rows('git_files')).map((file) => [file.path, file]));
    expect(files.map(({ path }) => stored.get(path))).toMatchObject(files);
    expect(await ways()).toEqual(['copy', 'copy']);
  });

  it('are copied in the order of their keys, the last of each', async () => {
    const [first, second] = [commits(600), commits(600, 'second').toReversed()];
    await subject.store.write([upsert([...first, ...second])]);
    expect(await subject.database.rows('git_commits')).toMatchObject(second.toReversed());
    expect(await ways()).toEqual(['copy']);
  });

  it('of partitions are copied where nothing is stored', async () => {
    const ranges = (path: string, count: number): Change => ({
      table: 'git_blame_ranges',
      partition: { repoId: repoId(1), path },
      rows: Array.from({ length: count }, (_, lineNo) => row('git_blame_ranges', { path, lineNo })),
    });
    await subject.store.write([ranges('a', 300), ranges('b', 300)]);
    await subject.store.write([ranges('b', 301), ranges('c', 300)]);
    expect(await subject.database.rows('git_blame_ranges')).toHaveLength(901);
    expect(await ways()).toEqual(['copy', 'upsert']);
  });

  it('that the server refuses fail as others do, and leave the connection in order', async () => {
    const rows = commits(1_000);
    const bad = rows.map((commit, index) => (index === 900 ? { ...commit, message: 'a\0b' } : commit));
    await expect(subject.store.write([upsert(bad)])).rejects.toThrow('invalid byte sequence');
    await subject.store.write([upsert(rows)]);
    expect(await subject.database.rows('git_commits')).toHaveLength(1_000);
  });
});

describe('rows of which some are stored', () => {
  it('are upserted after all, and what is the same stays', async () => {
    const rows = commits(1_000, 'second');
    await subject.store.write([upsert([...commits(701).slice(700), ...rows.slice(800, 801)])]);
    const [, before] = await subject.database.rows('git_commits');
    const file = row('git_files');
    await subject.store.write([{ table: 'git_blame_ranges', upsert: [row('git_blame_ranges')] }, upsert(rows), { table: 'git_files', upsert: [file] }]);
    const stored = await subject.database.rows('git_commits');
    expect(stored).toMatchObject(rows);
    expect(stored[800]).toEqual(before);
    expect(await subject.database.rows('git_blame_ranges')).toHaveLength(1);
    expect(await subject.database.rows('git_files')).toMatchObject([file]);
    expect(await ways()).toEqual(['upsert', 'upsert', 'upsert', 'upsert']);
  });

  it('may be larger than what is sent at once', async () => {
    const files = Array.from({ length: 500 }, (_, index) => row('git_files', { path: `${1_000 + index}`, contents: `${index}\n`.repeat(10_000) }));
    await subject.store.write([{ table: 'git_files', upsert: files.slice(2, 3) }]);
    await subject.store.write([{ table: 'git_files', upsert: files }]);
    expect(await subject.database.rows('git_files')).toMatchObject(files);
  });

  it('leave nothing dead behind where they come again', async () => {
    const rows = commits(1_000);
    await subject.store.write([upsert(rows)]);
    const size = await subject.database.query("select pg_relation_size('git_commits') as bytes");
    await subject.store.write([upsert(rows)]);
    expect(await ways()).toEqual(['copy', 'upsert']);
    expect(await subject.database.query("select pg_relation_size('git_commits') as bytes")).toEqual(size);
  });
});

it('where row-level security is on, rows are upserted', async () => {
  await subject.database.query(`create role limited login password 'x'; grant all on all tables in schema public to limited;
    alter table git_commits enable row level security; create policy mine on git_commits to limited using (true)`);
  const limited = await openStore(server().url(subject.database.name, 'limited', 'x'));
  await limited.write([upsert(commits(1_000))]);
  await limited.close();
  expect(await ways()).toEqual(['upsert']);
  await subject.database.query('drop owned by limited; drop role limited');
});

it('a connection that is lost while rows are copied makes the write fail for now', async () => {
  const rows = commits(1_000, 'x'.repeat(20_000));
  const blocker = await subject.database.connect();
  await blocker.query(`begin; insert into git_commits (repo_id, hash) values ('${repoId(1)}', '${hash(0)}')`);
  const lost = expect(subject.store.write([upsert(rows)])).rejects.toThrow(RetryableError);
  const [copying] = await subject.database.waiting(1);
  expect(copying?.['query']).toMatch(/^savepoint/);
  await blocker.query('select pg_terminate_backend($1)', [copying?.['pid']]);
  await lost;
  await blocker.query('rollback');
  await blocker.end();
  await subject.store.write([upsert(rows)]);
  expect(await subject.database.rows('git_commits')).toHaveLength(1_000);
});

it('two writers of the same new rows wait for each other, and one of them has the last word', async () => {
  const second = await openStore(subject.database.url);
  for (let round = 0; round < 5; round++) {
    const rows = (message: string) => commits(2_000, message).map((commit) => ({ ...commit, repoId: repoId(round) }));
    await Promise.all([subject.store.write([upsert(rows('one'))]), second.write([upsert(rows('other').toReversed())])]);
    const messages = await subject.database.query('select distinct message from git_commits where repo_id = $1', repoId(round));
    expect(messages).toHaveLength(1);
  }
  await second.close();
  expect(await subject.database.rows('git_commits')).toHaveLength(10_000);
});
