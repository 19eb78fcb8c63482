import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { FatalError } from '../../src/model/errors.ts';
import { SEARCH_ATTRIBUTES } from '../../src/model/workflow-ids.ts';
import { endGroup } from '../../src/processes/end-group.ts';
import { identify } from '../../src/processes/identity.ts';
import { findServers } from '../../src/temporal/dev-server/find-servers.ts';
import { getLogFile } from '../../src/temporal/dev-server/log.ts';
import { type DevServer, useDevServer } from '../../src/temporal/dev-server/use.ts';
import { withFileLock } from '../../src/temporal/file-lock.ts';
import { type Child, startChild } from './support/child.ts';
import { realCli } from './support/cli.ts';

let cli: string;
let folder: string;
let directory: string;
let messages: string[];
let children: Child[];

beforeAll(async () => {
  cli = await realCli();
}, 1_800_000);
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'org-sync-server-')));
  directory = join(folder, 'database');
  messages = [];
  children = [];
});
afterEach(async () => {
  for (const { pid, process: child } of children) {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, 'SIGKILL');
  }
  await Promise.all(children.map(({ ended }) => ended));
  for (const name of ['database', 'other']) {
    for (const left of servers(join(folder, name))) await endGroup(left, 0);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

const use = (where = directory, program = cli): Promise<DevServer> =>
  useDevServer({ cli: program, directory: where, env: process.env, report: (message) => messages.push(message) });

/** The servers that run on a folder, by their command lines. */
const servers = (where = directory): ReturnType<typeof findServers> => findServers(where);

/** Another command that uses the server. */
function startCommand(): Child {
  const child = startChild('use-server.ts', [cli, directory]);
  children.push(child);
  return child;
}

async function command(): Promise<Child & { server: { pid: number; address: string } }> {
  const child = startCommand();
  return { ...child, server: JSON.parse(await child.says('ready')) as { pid: number; address: string } };
}

async function kill(child: Child): Promise<void> {
  process.kill(child.pid, 'SIGKILL');
  await child.ended;
}

async function release(child: Child): Promise<void> {
  child.tell('release');
  await child.says('released');
  await child.ended;
}

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: '60s' });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

const startWorkflow = (address: string, workflowId: string): Promise<unknown> =>
  withClient(address, (client) => client.workflow.start('any', { taskQueue: 'none', workflowId }));

const workflowStatus = (address: string, workflowId: string): Promise<string> =>
  withClient(address, async (client) => (await client.workflow.getHandle(workflowId).describe()).status.name);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

test('starts a server that is ready, with our search attributes and a Web UI, for this machine alone', async () => {
  const server = await use();
  const attributes = await withClient(server.address, (client) => client.connection.operatorService.listSearchAttributes({ namespace: server.namespace }));
  expect(Object.keys(attributes.customAttributes)).toEqual(expect.arrayContaining([...SEARCH_ATTRIBUTES]));
  // Workflows can be started a moment before the Web UI listens.
  await vi.waitFor(async () => expect((await fetch(server.uiUrl)).status).toBe(200), 60_000);
  const port = Number(server.address.split(':')[1]);
  for (const { address } of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
    if (address !== '127.0.0.1') expect(await accepts(address, port), address).toBe(false);
  }
  await server.release();
  await server.release();
  expect(servers()).toEqual([]);
  expect(messages).toEqual([]);
});

async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  const outcome = await Promise.race([once(socket, 'connect'), once(socket, 'error'), delay(500)]).catch(() => undefined);
  const accepted = outcome !== undefined && !socket.connecting && socket.remotePort !== undefined;
  socket.destroy();
  return accepted;
}

test('a second command uses the same server, and the last one out ends it', async () => {
  const first = await use();
  const second = await command();
  expect(second.server).toEqual({ pid: first.pid, address: first.address });
  await first.release();
  expect(await startWorkflow(second.server.address, 'still-there')).toBeDefined();
  await release(second);
  expect(servers()).toEqual([]);
});

test('one command may use it twice', async () => {
  const [first, second] = await Promise.all([use(), use()]);
  expect(second.pid).toBe(first.pid);
  await first.release();
  expect(servers()).toHaveLength(1);
  await second.release();
  expect(servers()).toEqual([]);
});

test('commands that start and end at the same moment share one server and leave none', async () => {
  const commands = await Promise.all([command(), command(), command(), command()]);
  expect(new Set(commands.map(({ server }) => server.pid)).size).toBe(1);
  expect(servers()).toHaveLength(1);
  await Promise.all(commands.map(release));
  expect(servers()).toEqual([]);
});

test('a release while another command starts leaves that one a server', async () => {
  let current = await use();
  for (let round = 0; round < 6; round++) {
    const [, next] = await Promise.all([current.release(), delay(round).then(() => use())]);
    await startWorkflow(next.address, `round-${round}`);
    expect(servers()).toHaveLength(1);
    current = next;
  }
  await current.release();
  expect(servers()).toEqual([]);
});

test("a killed command's server is used by the next command, with its data, and ended after it", async () => {
  const killed = await command();
  await startWorkflow(killed.server.address, 'before');
  await kill(killed);
  const next = await use();
  expect(next.pid).toBe(killed.server.pid);
  expect(await workflowStatus(next.address, 'before')).toBe('RUNNING');
  await next.release();
  expect(servers()).toEqual([]);
});

test('a command killed at any moment of its start leaves no second server', async () => {
  for (const after of [0, 5, 20, 60, 120]) {
    const child = startCommand();
    await until(() => servers().length > 0 || child.process.exitCode !== null);
    await delay(after);
    await kill(child);
    const server = await use();
    expect(servers()).toHaveLength(1);
    expect(server.pid).toBe(servers()[0]?.pid);
    await server.release();
    expect(servers()).toEqual([]);
  }
});

test('a left server that does not answer is ended, and another one started', async () => {
  const killed = await command();
  await kill(killed);
  process.kill(killed.server.pid, 'SIGSTOP');
  const server = await use();
  expect(server.pid).not.toBe(killed.server.pid);
  expect(servers().map(({ pid }) => pid)).toEqual([server.pid]);
  expect(messages).toEqual([expect.stringContaining("doesn't answer")]);
  await server.release();
});

test("the time that a command takes to load what it asks with is its own, not the server's", async () => {
  const child = startChild('wait-ready.ts', []);
  children.push(child);
  await child.says('asked on');
});

test('a killed server is started again in its place with its data, by whichever command notices', async () => {
  const ours = await use();
  const other = await command();
  await startWorkflow(ours.address, 'before');
  const { pid } = ours;
  process.kill(pid, 'SIGKILL');
  await until(() => ours.pid !== pid);
  expect(await workflowStatus(ours.address, 'before')).toBe('RUNNING');
  await vi.waitFor(async () => {
    other.tell('pid');
    expect(Number(await other.says('pid'))).toBe(ours.pid);
  }, 60_000);
  expect(servers()).toHaveLength(1);
  // One command is enough to bring it back, whether it started the server or not.
  await ours.release();
  const again = servers()[0]?.pid ?? 0;
  process.kill(again, 'SIGKILL');
  // The other command may have brought another one by then.
  await until(() => servers().every((running) => running.pid !== again));
  await vi.waitFor(() => workflowStatus(other.server.address, 'before'), { timeout: 60_000 });
  await release(other);
  expect(servers()).toEqual([]);
});

test('a killed server whose ports somebody has taken meanwhile is brought back when they are free again', async () => {
  const starts = join(folder, 'starts');
  const server = await use(directory, program('counting', `echo >> '${starts}'; exec ${cli} "$@"`));
  const { pid } = server;
  const port = Number(server.address.split(':')[1]);
  // The lock of the folder keeps the command from being quicker.
  const somebody = await withFileLock(join(directory, 'lock'), () => killAndTake(pid, port), { timeoutMs: 60_000 });
  await until(() => readFileSync(starts, 'utf8').length > 10 || server.lost.aborted);
  somebody.close();
  await until(() => server.pid !== pid || server.lost.aborted);
  expect(server.lost.aborted).toBe(false);
  expect(messages.filter((message) => message.includes("Can't restart the Temporal server"))).toHaveLength(1);
  expect(servers()).toHaveLength(1);
  await server.release();
});

/** Kills a server, and listens in its place. */
async function killAndTake(pid: number, port: number): Promise<Server> {
  process.kill(pid, 'SIGKILL');
  await until(() => identify(pid) === undefined);
  for (;;) {
    const server = createServer().listen({ port, host: '127.0.0.1' });
    // Somebody else's server may have been quicker.
    const listens = await once(server, 'listening').catch(() => false);
    if (listens !== false) return server;
    await delay(10);
  }
}

test('a server that keeps ending is given up with its reason', async () => {
  const server = await use();
  while (!server.lost.aborted) {
    // Each as soon as it's there: on a slow machine it takes long to be ready, and ends that are far apart are pardoned.
    for (const running of servers()) await endGroup(running, 0);
    await delay(10);
  }
  expect(server.lost.reason).toBeInstanceOf(FatalError);
  expect((server.lost.reason as Error).message).toContain(`has ended 6 times within 60 s; the end of ${getLogFile(directory)}`);
  await server.release();
});

test('a release during a restart leaves nothing behind', async () => {
  for (const after of [0, 60, 100, 150]) {
    const server = await use();
    process.kill(server.pid, 'SIGKILL');
    await delay(after);
    await server.release();
    expect(servers()).toEqual([]);
  }
});

test('two databases have a server each, also when they start at the same moment', async () => {
  const [one, two] = await Promise.all([use(), use(join(folder, 'other'))]);
  expect(one.address).not.toBe(two.address);
  expect(one.uiUrl).not.toBe(two.uiUrl);
  await startWorkflow(one.address, 'only-here');
  await expect(workflowStatus(two.address, 'only-here')).rejects.toThrow(/not found/);
  await one.release();
  expect(await startWorkflow(two.address, 'unharmed')).toBeDefined();
  await two.release();
});

test('a busy port is passed over with its pair', async () => {
  // Somebody else's server may have it already.
  const blocker = createServer().listen({ port: 7233, host: '127.0.0.1' });
  await Promise.race([once(blocker, 'listening'), once(blocker, 'error')]).catch(() => undefined);
  const server = await use();
  const port = Number(server.address.split(':')[1]);
  expect(port).toBeGreaterThan(7233);
  expect(server.uiUrl).toBe(`http://127.0.0.1:${port + 1000}`);
  await server.release();
  blocker.close();
});

test("a recorded pid that is another process's by now is left alone", async () => {
  const innocent = spawn('sleep', ['600']);
  try {
    const ports = { grpc: 7233, ui: 8233, http: 17233, metrics: 18233 };
    const recorded = { pid: innocent.pid, started: 'long ago' };
    mkdirSync(directory);
    writeFileSync(join(directory, 'server.json'), JSON.stringify({ server: { ...recorded, ports, binary: cli }, uses: [{ ...recorded, id: 'gone' }] }));
    const server = await use();
    expect(server.pid).not.toBe(innocent.pid);
    await server.release();
    expect(servers()).toEqual([]);
    expect(identify(innocent.pid as number)).toBeDefined();
  } finally {
    await endChild(innocent);
  }
});

async function endChild(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test.each(['', '{"server": {"pid": "x"}}'])('a server without a readable record (%j) is found and replaced', async (content) => {
  const killed = await command();
  await kill(killed);
  writeFileSync(join(directory, 'server.json'), content);
  const server = await use();
  expect(servers().map(({ pid }) => pid)).toEqual([server.pid]);
  expect(server.pid).not.toBe(killed.server.pid);
  await server.release();
});

test("Ctrl-C ends the command's process group, not the server", async () => {
  const interrupted = await command();
  process.kill(-interrupted.pid, 'SIGINT');
  expect(await interrupted.ended).toEqual([null, 'SIGINT']);
  await delay(100);
  const next = await use();
  expect(next.pid).toBe(interrupted.server.pid);
  await next.release();
});

test('a folder may have any name', async () => {
  const odd = join(folder, 'a b?c#d%20e');
  const server = await use(odd);
  await startWorkflow(server.address, 'kept');
  await server.release();
  const again = await use(odd);
  expect(await workflowStatus(again.address, 'kept')).toBe('RUNNING');
  expect(servers(odd)).toHaveLength(1);
  await again.release();
  expect(servers(odd)).toEqual([]);
});

test('the server gets neither secrets nor settings that are meant for clients', async () => {
  const env = { ...process.env, TEMPORAL_ADDRESS: '192.0.2.1:1', TEMPORAL_NAMESPACE: 'x', GITHUB_TOKEN: 'secret' };
  const script = program('wrapper', `env > '${folder}/env'; exec ${cli} "$@"`);
  const server = await useDevServer({ cli: script, directory, env, report: () => undefined });
  await server.release();
  const seen = readFileSync(join(folder, 'env'), 'utf8');
  expect(seen).not.toMatch(/^TEMPORAL_|secret/m);
  expect(seen).toMatch(/^PATH=/m);
});

test('a CLI that starts the real one as its child is ended with it', async () => {
  const script = program('shim', `${cli} "$@"`);
  const server = await use(directory, script);
  expect(servers().length).toBeGreaterThan(0);
  await server.release();
  await until(() => servers().length === 0);
});

function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test('a CLI that fails is reported with the end of its output', async () => {
  const broken = program('broken', 'echo "disk on fire" >&2; exit 3');
  const error = await use(directory, broken).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FatalError);
  expect((error as Error).message).toMatch(/ended before it was ready.*server\.log:\ndisk on fire$/s);
  const missing = join(folder, 'missing');
  await expect(use(directory, missing)).rejects.toThrow(`can't start the Temporal CLI ${missing}`);
  // Nothing of it keeps a later start from working.
  await (await use()).release();
});

test('a database whose tables are incomplete, as after a full disk, is made again', async () => {
  mkdirSync(directory);
  const database = new DatabaseSync(join(directory, 'temporal.db'));
  database.exec('create table namespace_metadata (notification_version integer)');
  database.close();
  const server = await use();
  await withClient(server.address, (client) => client.workflow.start('x', { taskQueue: 'x', workflowId: 'x' }));
  await server.release();
});

test('a database with workflows is kept, whatever keeps the server from starting', async () => {
  mkdirSync(directory);
  const file = join(directory, 'temporal.db');
  const database = new DatabaseSync(file);
  database.exec('create table executions (shard_id integer); insert into executions values (1)');
  database.close();
  await expect(use()).rejects.toThrow('the Temporal server ended before it was ready');
  expect(new DatabaseSync(file).prepare('select shard_id from executions').all()).toEqual([{ shard_id: 1 }]);
});
