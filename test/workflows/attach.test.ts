import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readState, type ServerRecord } from '../../src/temporal/dev-server/state.ts';
import { type Command, startCommand } from '../support/command.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { type HeldGit, holdGit } from '../support/held-git.ts';
import { until } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';

const shared = tempFolder();
const deep = join(shared, 'deep');
const other = join(shared, 'other');
/** What an undisturbed run writes. */
const expected = join(shared, 'undisturbed');
const commands: Command[] = [];

vi.setConfig({ maxConcurrency: 5 });

beforeAll(async () => {
  makeDeepRepository(deep, { commits: 150, files: 40, changes: 3 });
  makeDeepRepository(other, { commits: 50, files: 10, changes: 3 });
  mkdirSync(expected);
  await syncOnce(expected, [deep]);
});

afterAll(async () => {
  const left = await nothingLeft(shared).catch((error: unknown) => error);
  for (const { process: child, output } of commands) if (child.exitCode === null && child.signalCode === null) console.log(`not ended:\n${output()}`);
  for (const { process: child, end } of commands) if (child.exitCode === null && child.signalCode === null) await end('SIGKILL');
  for (const { pid } of processesOf(shared)) process.kill(pid, 'SIGKILL');
  expect(left).toBeUndefined();
});

/** `org-sync sync local` with a home and a database in `where`. */
function sync(where: string, path: string, { database = 'org-sync.db', git }: { database?: string; git?: HeldGit } = {}): Command {
  const env = { ORG_SYNC_HOME: join(where, 'home'), ...(git && { PATH: git.PATH }) };
  const command = startCommand(['sync', 'local', path, '--db', `sqlite:///${join(where, database)}`], env);
  commands.push(command);
  return command;
}

function makeFolder(name: string): string {
  const where = join(shared, name);
  mkdirSync(where);
  return where;
}

/** Waits until a command's run is in the middle of the files. */
async function middleOf(where: string, command: Command): Promise<void> {
  await until('some files are written', () => {
    if (command.process.exitCode !== null) throw new Error(`it has ended:\n${command.output()}`);
    return existsSync(join(where, 'org-sync.db')) && filesIn(where) > 0;
  });
}

function filesIn(where: string): number {
  const [table] = query(where, "select name from sqlite_master where name = 'git_files'");
  return table === undefined ? 0 : (query<{ files: number }>(where, 'select count(*) as files from git_files')[0]?.files ?? 0);
}

/** The table of rows that a command ends with. */
function totals(command: Command): string {
  return /┌.*┘/s.exec(command.output())?.[0] ?? command.output();
}

/** The embedded server of the one database that a home knows. */
function serverOf(where: string): ServerRecord | undefined {
  const [key = ''] = readdirSync(join(where, 'home/databases'));
  return readState(join(where, 'home/databases', key, 'temporal')).server;
}

/** Run ids of the syncs that a database's server knows. */
async function runIds(where: string): Promise<string[]> {
  const server = serverOf(where);
  const connection = await Connection.connect({ address: `127.0.0.1:${server?.ports.grpc}`, connectTimeout: '60s' });
  try {
    const runs = await Array.fromAsync(new Client({ connection }).workflow.list({ query: "WorkflowType = 'orgSync'" }));
    return runs.map(({ runId }) => runId);
  } finally {
    await connection.close();
  }
}

function processesOf(folder: string): { pid: number; words: string }[] {
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1e8 }).split('\n');
  return lines.filter((line) => line.includes(folder)).map((line) => ({ pid: Number.parseInt(line, 10), words: line.trim() }));
}

/** Waits until what was told to end has ended: a git process that stands still does so late. */
async function nothingLeft(folder: string): Promise<void> {
  await until('no process is left behind', () => processesOf(folder).length === 0, 60);
}

/** Waits until a command follows a run that another one began. */
async function follows(command: Command): Promise<void> {
  await until('it follows', () => {
    if (command.output().includes('This sync is already running')) return true;
    if (command.process.exitCode !== null) throw new Error(`it has ended:\n${command.output()}`);
    return false;
  });
}

test.concurrent('a second command for a run that is under way follows it, and both end with the same totals', async () => {
  const where = makeFolder('attach');
  using git = holdGit(where);
  const first = sync(where, deep, { git });
  await middleOf(where, first);
  const second = sync(where, deep, { git });
  await follows(second);
  git.release();
  expect(await Promise.all([first.ended, second.ended]), `${first.output()}\n${second.output()}`).toEqual([0, 0]);
  expect(first.output()).not.toContain('This sync is already running');
  expect(totals(second)).toBe(totals(first));
  expectSameFacts(where, expected);
});

test.concurrent('commands on one database and on another at once do not hurt each other', async () => {
  const where = makeFolder('at once');
  const started = [sync(where, deep), sync(where, other), sync(where, other, { database: 'another.db' })];
  expect(await Promise.all(started.map(({ ended }) => ended)), started.map(({ output }) => output()).join('\n')).toEqual([0, 0, 0]);
  expect(query(where, 'select repo from repos order by repo')).toEqual([{ repo: 'deep' }, { repo: 'other' }]);
  expect(query(where, 'select distinct status from sync_runs')).toEqual([{ status: 'completed' }]);
});

test.concurrent('a command that was killed leaves its run to the next one', async () => {
  const where = makeFolder('killed');
  using git = holdGit(where);
  const first = sync(where, deep, { git });
  await middleOf(where, first);
  const before = await until('the run can be found', async () => {
    const ids = await runIds(where);
    return ids.length > 0 && ids;
  });
  expect(await first.end('SIGKILL')).toBe(null);
  git.release();
  const second = sync(where, deep);
  await follows(second);
  expect(await runIds(where)).toEqual(before);
  expect(await second.ended, second.output()).toBe(0);
  expectSameFacts(where, expected);
});

test.concurrent('a command whose Temporal server is killed brings it back and goes on', async () => {
  const where = makeFolder('server killed');
  using git = holdGit(where);
  const command = sync(where, deep, { git });
  await middleOf(where, command);
  const pid = serverOf(where)?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  git.release();
  expect(await command.ended, command.output()).toBe(0);
  expect(command.output()).toContain(`(process ${pid}) has ended unexpectedly`);
  expectSameFacts(where, expected);
});

// A shell and the kernel both tell of a terminal that is closed.
test.concurrent.each([['SIGINT'], ['SIGHUP', 'SIGHUP']] as const)('a command that gets %s ends in order, and the next one goes on', async (...signals) => {
  const where = makeFolder(`interrupted by ${signals[0]}`);
  using git = holdGit(where);
  const first = sync(where, deep, { git });
  await middleOf(where, first);
  for (const signal of signals) first.process.kill(signal);
  expect(await first.ended, first.output()).toBe(130);
  expect(first.output()).toContain('Run the same command again to resume');
  await nothingLeft(where);
  const [{ rows } = { rows: 0 }] = noted(where);
  expect(rows).toBeGreaterThan(0);

  const second = sync(where, deep, { git });
  // It stopped between two batches and kept its cursor: nothing of it is done again.
  const [again] = await until('the stage goes on', () => noted(where).some(({ status }) => status === 'running') && noted(where));
  expect(again?.rows).toBeGreaterThanOrEqual(rows);
  git.release();
  expect(await second.ended, second.output()).toBe(0);
  expect(second.output()).toContain('This sync is already running');
  expectSameFacts(where, expected);
});

/** Each attempt at a stage notes as it begins the rows of the cursor that it goes on from. */
function noted(where: string): { status: string; rows: number }[] {
  return query(where, "select status, rows from sync_runs where stage = 'files-and-blame'");
}
