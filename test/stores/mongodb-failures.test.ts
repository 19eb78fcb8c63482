import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { FatalError, RetryableError } from '../../src/model/errors.ts';
import { translate } from '../../src/stores/mongodb/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import { mongodbDatabase, useOwnMongo } from './mongodb-database.ts';
import { hash, repoId, row } from './samples.ts';
import { storePerTest } from './subject.ts';
import { writesAcrossKill } from './writes-across-kill.ts';

const server = useOwnMongo();
const subject = storePerTest(async () => mongodbDatabase(server()));

const write = (repository: number, batch: number) =>
  subject.store.write([
    {
      table: 'git_commits',
      upsert: Array.from({ length: 250 }, (_, index) => row('git_commits', { repoId: repoId(repository), hash: hash(batch * 250 + index) })),
    },
    ...['a', 'b', 'c'].map((name) => {
      const path = `${name}${batch}`;
      const rows = [1, 4, 9].map((lineNo) => row('git_blame_ranges', { repoId: repoId(repository), path, lineNo }));
      return { table: 'git_blame_ranges' as const, partition: { repoId: repoId(repository), path }, rows };
    }),
  ]);

describe('a server that is killed in the middle of writes', () => {
  it('makes them fail for now, and has every row once it is back', async () => {
    const failures = await writesAcrossKill(server(), write);
    expect(failures.length).toBeGreaterThanOrEqual(1);
    for (const failure of failures) expect(failure).toBeInstanceOf(RetryableError);
    const stored = await subject.database.rows('git_commits');
    expect(stored.filter((commit) => commit.repoId === repoId(2)).map((commit) => commit.hash)).toEqual(Array.from({ length: 5_000 }, (_, n) => hash(n)));
    expect(stored).toHaveLength(3 * 5_000);
    const ranges = (await subject.database.rows('git_blame_ranges')).map(({ repoId, path, lineNo }) => `${repoId} ${path} ${lineNo}`);
    expect(new Set(ranges).size).toBe(3 * 20 * 3 * 3);
  });
});

it('is asked to answer when what was written is in its journal, whatever the URL says', async () => {
  let sent = Buffer.alloc(0);
  const [host = '', port = ''] = server().host.split(':');
  const proxy = createServer((socket) => {
    const upstream = connect(Number(port), host);
    socket.on('data', (data) => (sent = Buffer.concat([sent, data])));
    socket.pipe(upstream).pipe(socket);
    for (const each of [socket, upstream]) each.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(subject.database.url);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const watched = await openStore(`${url}?w=1&journal=false`);
  const count = (what: string) => sent.toString('latin1').split(what).length - 1;
  const before = count('\x08j\0\x01');
  const commit = row('git_commits');
  await watched.write([{ table: 'git_commits', upsert: [commit] }]);
  await watched.write([{ table: 'git_commits', upsert: [{ ...commit, message: 'other' }] }]);
  await watched.write([{ table: 'git_commits', delete: [{ repoId: commit.repoId, hash: commit.hash }] }]);
  await watched.close();
  proxy.close();
  // Two inserts, an update, and a delete.
  expect(count('\x08j\0\x01') - before).toBe(4);
});

describe('an error of MongoDB', () => {
  it.each([
    [89, RetryableError],
    [91, RetryableError],
    [189, RetryableError],
    [10_107, RetryableError],
    [11_600, RetryableError],
    [11_602, RetryableError],
    [14_031, RetryableError],
    [43, RetryableError],
    [11_000, RetryableError],
    [13, FatalError],
    [18, FatalError],
    [2, FatalError],
    [10_334, FatalError],
  ])('with code %i says whether to try again', (code, kind) => {
    const translated = translate(new MongoServerError({ message: 'why', code }), 'mongodb://host/x');
    expect(translated).toBeInstanceOf(kind);
    expect(String(translated)).toContain(`database mongodb://host/x: why (${code})`);
  });

  it('inside a bulk write is found there', () => {
    const lost = new MongoNetworkError('connection closed');
    const bulk = new MongoBulkWriteError(lost as never, {} as never);
    expect(translate(bulk, 'x')).toEqual(new RetryableError('database x: connection closed', { cause: lost }));
  });

  it.each(['database or disk is full (13)', 'disk I/O error (778)', 'ERROR: could not extend file "base/1/2": No space left on device (SQLSTATE 53100)'])(
    "about a full disk is waited for in FerretDB's words too: %s",
    (message) => {
      const translated = translate(new MongoServerError({ message: `[oplog] ${message}`, code: 1 }), 'x');
      expect(translated).toBeInstanceOf(RetryableError);
      expect(String(translated)).toContain("free some space on the server's disk");
    },
  );

  it('that nobody knows is passed on', () => {
    const error = new MongoServerError({ message: 'unexpected', code: 99_999 });
    expect(translate(error, 'x')).toBe(error);
    const bug = new TypeError('not a function');
    expect(translate(bug, 'x')).toBe(bug);
  });

  it('about a document that is too large is for good, and says so', async () => {
    const upsert = [row('git_commits', { message: 'x'.repeat(17_000_000) })];
    const failure: unknown = await subject.store.write([{ table: 'git_commits', upsert }]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FatalError);
    expect(String(failure)).toContain('larger than the 16 MB that a document may have');
    expect(String(failure).length).toBeLessThan(1_000);
  });
});
