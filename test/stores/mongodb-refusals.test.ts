import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../src/model/errors.ts';
import { translateOpening } from '../../src/stores/mongodb/errors.ts';
import { openStore } from '../../src/stores/open.ts';
import { until } from '../support/runs.ts';
import { mongodbDatabase, useOwnMongo } from './mongodb-database.ts';

const server = useOwnMongo();

/** The message of an open that is refused; fails where it tells the password. */
async function refusal(url: string): Promise<string> {
  const error: unknown = await openStore(url).then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidInput);
  expect(`${(error as InvalidInput).stack} ${JSON.stringify(error)}`).not.toMatch(/s3cret/i);
  return (error as InvalidInput).message;
}

/** Listens; `answer` gets each connection. */
async function listener(answer: (socket: Socket) => void): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const other = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  return {
    port: (other.address() as { port: number }).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      other.close();
    },
  };
}

it('refuses a port that nobody listens on', async () => {
  expect(await refusal('mongodb://me:s3cret@127.0.0.1:1/x')).toBe("database mongodb://me@127.0.0.1:1/x can't be used: connect ECONNREFUSED 127.0.0.1:1");
});

it('refuses an unknown host', async () => {
  expect(await refusal('mongodb://me:s3cret@no-such-host.invalid/x')).toMatch(/mongodb:\/\/me@no-such-host.invalid\/x can't be used: getaddrinfo \w+/);
});

it('refuses a name that has no servers', async () => {
  expect(await refusal('mongodb+srv://me:s3cret@cluster.no-such-host.invalid/x')).toContain(
    "mongodb+srv://me@cluster.no-such-host.invalid/x can't be used: query",
  );
});

it('refuses a server that says nothing', async () => {
  await using silent = await listener(() => undefined);
  expect(await refusal(`mongodb://me:s3cret@127.0.0.1:${silent.port}/x`)).toContain(`can't be used: 127.0.0.1:${silent.port} doesn't answer`);
});

it('refuses a server that is none of MongoDB', async () => {
  await using other = await listener((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await refusal(`mongodb://me:s3cret@127.0.0.1:${other.port}/x`)).toContain(
    `can't be used: 127.0.0.1:${other.port} closes connections at once: is it a MongoDB server`,
  );
});

it('refuses a wrong password', async () => {
  const told = await refusal(`mongodb://me:S3cret!@${server().host}/x`);
  expect(told).toMatch(/mongodb:\/\/me@[^ ]+\/x can't be used: .*\(18\): is the password right/);
});

it('refuses a server without TLS where that is asked for', async () => {
  expect(await refusal(`mongodb://me:s3cret@${server().host}/x?tls=true`)).toContain('TLS');
});

it.each(['mongodb://me:s3cret@host/x?nonsense=s3cret', 'mongodb://me:s3%cret@host/x', 'mongodb://me:s3cret@host/x?authMechanism=s3cret'])(
  'refuses a URL that the driver can not read: %s',
  async (url) => {
    expect(await refusal(url)).toContain("the mongodb URL can't be read");
  },
);

it('refuses the name of a database that can not be decoded', async () => {
  expect(await refusal('mongodb://me:s3cret@host/%')).toContain("the mongodb URL 'mongodb://host/%' is malformed");
});

it('refuses a certificate that is not there', async () => {
  expect(await refusal(`mongodb://me:s3cret@${server().host}/x?tls=true&tlsCAFile=/no/such/file`)).toContain("can't be used: ENOENT");
});

it('refuses writes that nobody answers for', async () => {
  expect(await refusal('mongodb://me:s3cret@host/x?w=0')).toContain("mongodb://me@host/x can't be used: with w=0 in the URL");
});

it('refuses a name that no database may have', async () => {
  expect(await refusal(`mongodb://${server().host}/a%20b`)).toContain("can't be used: ");
  expect(await refusal(`mongodb://${server().host}/a.b`)).toContain("can't be used: Database names cannot contain");
});

it('leaves nothing open that would keep the process', async () => {
  const database = mongodbDatabase(server());
  const open = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
  const before = open();
  await refusal('mongodb://me:s3cret@127.0.0.1:1/x');
  await (await openStore(database.url)).close();
  // The test's own client may be about to open one, or to close one.
  await until('its connections are closed', () => open() <= before);
  await database.drop();
});

describe('what a server refuses', () => {
  it.each([
    [
      13,
      "not authorized on facts to execute command { createIndexes: 'x', lsid: { id: 1 } }",
      'not authorized on facts (13): give the user the role readWrite on the database',
    ],
    [10_107, 'not primary', 'not primary (10107): is it a secondary? The URL has to name the replica set'],
    [18, 'Authentication failed.', 'Authentication failed. (18): is the password right, and does the URL need ?authSource=admin?'],
  ])('with code %i is told with what to do', (code, message, expected) => {
    const told = translateOpening(new MongoServerError({ message, code }), 'mongodb://host/x');
    expect(told).toBeInstanceOf(InvalidInput);
    expect(String(told)).toContain(`database mongodb://host/x can't be used: ${expected}`);
  });
});
