import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMigrations, openStore } from '../../src/stores/open.ts';
import { tempFolder } from '../support/temp.ts';
import { mongodbDatabase, useMongo } from './mongodb-database.ts';
import { FULL, hash, repoId, row } from './samples.ts';
import { saveState, storePerTest } from './subject.ts';

const folder = tempFolder();
const server = useMongo();
const subject = storePerTest(async () => mongodbDatabase(server()));

const collection = (name: string) => server().client.db(subject.database.name).collection<{ _id: string }>(name);

const ids = async (name: string) => (await subject.database.documents(name)).map(({ _id }) => _id);

describe('a document', () => {
  it('has fields named as columns, times as dates and JSON as what it is', async () => {
    await subject.store.write([
      { table: 'repos', upsert: [FULL.repos] },
      { table: 'git_commits', upsert: [FULL.git_commits] },
    ]);
    const { authorWhen, committerWhen } = FULL.git_commits;
    expect(await subject.database.documents('git_commits')).toEqual([
      {
        _id: `${repoId(1)}|${hash(1)}`,
        repo_id: repoId(1),
        hash: hash(1),
        message: 'Subject\n\nBody\n',
        author_name: 'Ada',
        author_email: 'ada@example.com',
        author_when: authorWhen,
        committer_name: 'Bob',
        committer_email: 'bob@example.com',
        committer_when: committerWhen,
        parents: 2,
        last_synced: expect.any(Date),
      },
    ]);
    const [repository] = await subject.database.documents('repos');
    expect(repository).toMatchObject({ _id: repoId(1), settings: FULL.repos.settings, tags: ['a', 'b'], is_fork: true });
    expect(repository).not.toHaveProperty('id');
  });

  it('keeps fields that somebody else has added', async () => {
    await subject.store.write([{ table: 'git_commits', upsert: [FULL.git_commits] }]);
    await collection('git_commits').updateOne({ _id: `${repoId(1)}|${hash(1)}` }, { $set: { team: 'a' } });
    await subject.store.write([{ table: 'git_commits', upsert: [row('git_commits', { message: 'other' })] }]);
    expect(await subject.database.documents('git_commits')).toMatchObject([{ message: 'other', team: 'a' }]);
  });

  it('holds JSON with names that MongoDB does not take', async () => {
    const settings = { 'a.b': 1, $set: { 'x.y.z': [{ '.': null }] }, '100%': '%2E', '%24': 2, '': 3, ['nul\0']: 4, list: [1, ['nested'.length]].flat() };
    await saveState(subject.store, repoId(1), 'commits', { cursor: settings, headHash: null, watermark: new Date(0) });
    expect((await subject.store.syncState(repoId(1), 'commits'))?.cursor).toEqual(settings);
    expect(Object.keys((await subject.database.documents('sync_state'))[0]?.['cursor'])).toContain('a%2Eb');
  });

  it('holds text that is no valid Unicode as such that is', async () => {
    const upsert = [row('git_files', { path: 'x\uD800', contents: '\uDC00' })];
    for (let time = 0; time < 2; time++) await subject.store.write([{ table: 'git_files', upsert }]);
    expect(await subject.database.documents('git_files')).toMatchObject([{ _id: `${repoId(1)}|x\uFFFD`, path: 'x\uFFFD', contents: '\uFFFD' }]);
  });

  it.each(['0000-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('holds the time %s', async (iso) => {
    const full = row('git_pull_requests', { createdAt: new Date(iso) });
    await subject.store.write([{ table: 'git_pull_requests', upsert: [full] }]);
    expect(await subject.store.select('git_pull_requests', { repoId: repoId(1), number: 42 })).toEqual([full]);
  });
});

describe('an _id', () => {
  const ranges = (path: string, ...lines: number[]) => ({
    table: 'git_blame_ranges' as const,
    partition: { repoId: repoId(1), path },
    rows: lines.map((lineNo) => row('git_blame_ranges', { path, lineNo })),
  });

  it('is the key, so that rows that share its begin are a range, in order', async () => {
    await subject.store.write([ranges('src/a b.ts', 1, 9, 10, 200)]);
    expect(await ids('git_blame_ranges')).toEqual([1, 9, 10, 200].map((line) => `${repoId(1)}|src/a b.ts|${String(line).padStart(10, '0')}`));
    await subject.store.write([{ table: 'git_files', upsert: [row('git_files', { path: 'a|b%7C' })] }]);
    expect(await ids('git_files')).toEqual([`${repoId(1)}|a|b%7C`]);
  });

  it('keeps paths apart that hold what separates its parts', async () => {
    const paths = ['a', 'a|', 'a|0000000001', 'a%7C', 'a%257C', '|a', '}', 'a}'];
    await subject.store.write(paths.map((path) => ranges(path, 1, 5)));
    expect(await ids('git_blame_ranges')).toHaveLength(paths.length * 2);
    await subject.store.write([ranges('a', 1), { table: 'git_blame_ranges', delete: [{ repoId: repoId(1), path: 'a|' }] }]);
    const left = (await subject.database.rows('git_blame_ranges')).map(({ path, lineNo }) => `${path} ${lineNo}`);
    const expected = paths.filter((path) => path !== 'a|').flatMap((path) => (path === 'a' ? ['a 1'] : [`${path} 1`, `${path} 5`]));
    expect(left.sort()).toEqual(expected.sort());
  });

  it('of a path of any length is short, and no other path’s', async () => {
    const long = 'd/'.repeat(3_000);
    const paths = [long, `${long}x`, long.slice(0, 1_024), `${long}|`];
    await subject.store.write(paths.map((path) => ({ table: 'git_files' as const, upsert: [row('git_files', { path })] })));
    const [, ...twins] = (await ids('git_files')).map((id) => id.slice(repoId(1).length + 1));
    const twin = row('git_files', { path: twins[0] ?? '' });
    await subject.store.write([{ table: 'git_files', upsert: [twin] }, ranges(long, 1, 2), ranges(`${long}x`, 1)]);
    await subject.store.write([ranges(long, 1)]);
    expect((await subject.database.rows('git_files')).map(({ path }) => path).sort()).toEqual([...paths, twin.path].sort());
    for (const id of await ids('git_files')) expect(id.length).toBeLessThan(1_300);
    expect((await subject.database.rows('git_blame_ranges')).map(({ path, lineNo }) => [path.length, lineNo]).sort()).toEqual([
      [6_000, 1],
      [6_001, 1],
    ]);
  });
});

describe('ranges of blame', () => {
  const write = (...lines: number[]) =>
    subject.store.write([
      { table: 'git_blame_ranges', partition: { repoId: repoId(1), path: 'p' }, rows: lines.map((lineNo) => row('git_blame_ranges', { path: 'p', lineNo })) },
    ]);
  const lines = async () => (await subject.database.rows('git_blame_ranges')).map(({ lineNo }) => lineNo);

  it('are completed where a write was cut off after the first row, or before the last was deleted', async () => {
    await write(1);
    await write(1, 4, 9);
    expect(await lines()).toEqual([1, 4, 9]);
    await collection('git_blame_ranges').deleteOne({ _id: `${repoId(1)}|p|${'4'.padStart(10, '0')}` });
    await write();
    expect(await lines()).toEqual([]);
  });

  it('of a file that has none any more go, those of others stay', async () => {
    await write(1, 2, 3);
    await subject.store.write([
      { table: 'git_blame_ranges', partition: { repoId: repoId(1), path: 'p' }, rows: [] },
      { table: 'git_blame_ranges', partition: { repoId: repoId(1), path: 'never' }, rows: [] },
      { table: 'git_blame_ranges', partition: { repoId: repoId(1), path: 'q' }, rows: [row('git_blame_ranges', { path: 'q' })] },
    ]);
    expect(await subject.database.rows('git_blame_ranges')).toMatchObject([{ path: 'q' }]);
  });
});

describe('a database', () => {
  it('gets the indexes of the other databases, and keeps those of others', async () => {
    await subject.store.close();
    await collection('git_commits').createIndex({ message: 1 });
    subject.store = await openStore(subject.database.url);
    const indexes = async (name: string) => (await collection(name).indexes()).map(({ key }) => Object.keys(key).join()).sort();
    expect(await indexes('git_commits')).toEqual(['_id', 'author_email', 'author_when', 'hash', 'message']);
    expect(await indexes('git_files')).toEqual(['_id', 'path']);
    expect(await indexes('git_pull_requests')).toEqual(['_id', 'created_at', 'merge_commit_hash']);
  });

  it('has nothing to migrate', async () => {
    expect(await openMigrations(subject.database.url)).toBeNull();
    expect(await openMigrations('mongodb://nowhere/x')).toBeNull();
  });

  it('of another kind is opened without the driver, and this one without the others’', () => {
    const script = `
      const { openStore } = await import('${new URL('../../src/stores/open.ts', import.meta.url)}');
      const { createRequire } = await import('node:module');
      const store = await openStore(process.argv[1]);
      await store.close();
      const files = Object.keys(createRequire('${import.meta.url}').cache);
      console.log(['pg', 'mongodb'].filter((name) => files.some((file) => file.includes('/node_modules/' + name + '/'))).join());
      console.log(process.moduleLoadList.includes('NativeModule sqlite'));
    `;
    const loaded = (url: string) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script, url], { encoding: 'utf8', cwd: import.meta.dirname })
        .split('\n')
        .slice(0, 2);
    expect(loaded(subject.database.url)).toEqual(['mongodb', 'false']);
    expect(loaded(`sqlite:///${join(folder, 'x.db')}`)).toEqual(['', 'true']);
  });
});

it('leaves alone how dates are printed', async () => {
  const { inspect } = await import('node:util');
  expect(inspect(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
});
