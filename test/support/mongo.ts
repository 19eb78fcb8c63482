import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { buildFerretdb } from './ferretdb/build.ts';
import { freePort } from './free-port.ts';

/** A server that speaks MongoDB's protocol. */
export interface MongoServer extends AsyncDisposable {
  /** URL of a database on it. */
  url(database: string): string;
  /** A name that no database has. */
  newName(): string;
  /** A client for the test's own use. */
  client: MongoClient;
}

/** One of a test's own. */
export interface OwnMongoServer extends MongoServer {
  host: string;
  /** SIGKILL; nothing of it is left when this returns. */
  kill(): Promise<void>;
  /** Starts it again, in the same place. */
  start(): Promise<void>;
}

/** The server that MONGO_URL names (its path doesn't matter), else one of the test's own. */
export function useMongoServer(): Promise<MongoServer> {
  const url = process.env['MONGO_URL'];
  return url === undefined || url === '' ? startMongo() : connect(url);
}

/** Starts a mongod where PATH has one, else FerretDB. Throws the reason where neither can be had. */
export async function startMongo(): Promise<OwnMongoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'org-sync-mongo-'));
  const host = `127.0.0.1:${await freePort()}`;
  let command: string[] = [];
  let child: ChildProcess;
  const start = async () => {
    child = await run(command, host);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  try {
    command = await commandFor(folder, host);
    await start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const server = await connect(`mongodb://${host}/`);
  return {
    ...server,
    host,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function connect(base: string): Promise<MongoServer> {
  const client = new MongoClient(base, { serverSelectionTimeoutMS: 60_000 });
  await client.connect();
  const [, server = '', options = ''] = /^([^?]*:\/\/[^/?]*)\/?[^?]*(\?.*)?$/.exec(base) ?? [];
  return {
    url: (database) => `${server}/${database}${options}`,
    newName: () => `test_${randomUUID().replaceAll('-', '')}`,
    client,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

async function commandFor(folder: string, host: string): Promise<string[]> {
  if (spawnSync('mongod', ['--version']).status === 0) {
    return ['mongod', '--dbpath', folder, '--bind_ip', '127.0.0.1', '--port', host.split(':')[1] ?? '', '--nounixsocket'];
  }
  try {
    return [await buildFerretdb(), host, folder];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`no MongoDB for the tests: set MONGO_URL, or have mongod or Go on PATH; ${reason}`);
  }
}

/** Starts the server and waits until it answers: it, and not another one that listens there. */
async function run([program = '', ...args]: string[], host: string): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-5_000)));
  const deadline = Date.now() + 120_000;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const client = new MongoClient(`mongodb://${host}/`, { serverSelectionTimeoutMS: 5_000 });
    try {
      const { pid } = await client.db('admin').command({ serverStatus: 1 });
      if (pid === child.pid) return child;
    } catch {
      // Not yet.
    } finally {
      await client.close();
    }
    await setTimeout(50);
  }
  child.kill('SIGKILL');
  throw new Error(`${program} can't be started:\n${log}`);
}
