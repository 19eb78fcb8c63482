import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, test } from 'vitest';
import { type Command, PROGRAM, startCommand } from '../support/command.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { type HeldGit, holdGit } from '../support/held-git.ts';
import { until } from '../support/runs.ts';
import { syncOnce } from '../support/sync.ts';
import { expectSameFacts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startInTerminal } from '../support/terminal.ts';

const shared = tempFolder();
const repository = join(shared, 'repository');
/** What an undisturbed run writes. */
const expected = join(shared, 'undisturbed');
/** Folder of a `node` that is too old, for the front of PATH. */
const old = join(shared, 'old-node');
const commands: Command[] = [];

beforeAll(async () => {
  makeDeepRepository(repository, { commits: 150, files: 40, changes: 3 });
  mkdirSync(expected);
  await syncOnce(expected, [repository]);
  mkdirSync(old);
  writeFileSync(join(old, 'node'), '#!/bin/sh\ntest "$1" = --version && echo v20.1.0\n');
  chmodSync(join(old, 'node'), 0o755);
});

afterAll(async () => {
  for (const { process: child, end } of commands) if (child.exitCode === null && child.signalCode === null) await end('SIGKILL');
});

function makeFolder(name: string): string {
  const where = join(shared, name.replaceAll('/', '-'));
  mkdirSync(where);
  return where;
}

const settingsOf = (where: string, git?: HeldGit) => ({
  ORG_SYNC_HOME: join(where, 'home'),
  DATABASE_URL: `sqlite:///${join(where, 'org-sync.db')}`,
  ...(git && { PATH: git.PATH }),
});

const filesIn = (where: string): number => {
  const [table] = existsSync(join(where, 'org-sync.db')) ? query(where, "select name from sqlite_master where name = 'git_files'") : [];
  return table === undefined ? 0 : (query<{ files: number }>(where, 'select count(*) as files from git_files')[0]?.files ?? 0);
};

/** Waits until what a folder is named in has ended. */
async function nothingLeft(where: string): Promise<void> {
  const lines = () => execFileSync('ps', ['-axww', '-o', 'args='], { encoding: 'utf8', maxBuffer: 1e8 }).split('\n');
  await until('no process is left behind', () => lines().every((line) => !line.includes(where)), 60);
}

/** How a command comes to run, where the Node of the shell is too old for it. */
const LAUNCHES: Record<string, () => string[]> = {
  'the program': () => [PROGRAM],
  'a link to the program, as npm makes one': () => {
    const link = join(makeFolder('links'), 'org-sync');
    symlinkSync(PROGRAM, `${link}-1`);
    symlinkSync('org-sync-1', link);
    return [link];
  },
  // What that Node says of its version is all that is asked.
  'an old Node': () => [process.execPath, '--import', 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})', PROGRAM],
};

describe.each(Object.keys(LAUNCHES))('run by %s', (name) => {
  const launch = LAUNCHES[name]?.() ?? [];
  it.each([
    ['SIGTERM', 'up', 0],
    ['SIGINT', 'up', 130],
    ['SIGTERM', 'worker', 0],
    ['SIGTERM', 'sync', 130],
    ['SIGINT', 'sync', 130],
  ] as const)('%s reaches the %s command, which ends with all its processes', async (signal, command, code) => {
    const where = makeFolder(`${name}-${signal}-${command}`);
    using git = holdGit(where);
    const words = { up: ['up'], worker: ['worker', '--task-queue', where], sync: ['sync', 'local', repository] }[command];
    const settings = { ...settingsOf(where, git), ...(command === 'worker' && { TEMPORAL_ADDRESS: inject('temporalAddress') }) };
    const started = startCommand(words, { ...settings, PATH: [old, git.PATH].join(delimiter) }, launch);
    commands.push(started);
    await until('it works', () => {
      if (started.process.exitCode !== null) throw new Error(started.output());
      return command === 'sync' ? filesIn(where) > 0 : started.output().includes('Ctrl-C');
    });
    expect(await started.end(signal), started.output()).toBe(code);
    await nothingLeft(where);
  });
});

test('Ctrl-C on a terminal is no failure of any repository, and the same command goes on', async () => {
  const where = makeFolder('terminal');
  using git = holdGit(where);
  const first = startInTerminal(['sync', 'local', repository], settingsOf(where, git));
  await until('some files are written', () => {
    if (first.process.exitCode !== null) throw new Error(first.output());
    return filesIn(where) > 0;
  });
  first.type('\x03');
  expect(await first.ended, first.output()).toBe(130);
  expect(first.output()).toContain('Run the same command again to resume');
  expect(query(where, 'select distinct status, error from sync_runs order by status')).toEqual([
    { status: 'cancelled', error: null },
    { status: 'completed', error: null },
  ]);
  await nothingLeft(where);

  git.release();
  const second = startInTerminal(['sync', 'local', repository], settingsOf(where));
  expect(await second.ended, second.output()).toBe(0);
  for (const { output } of [first, second]) expect(output()).not.toMatch(/missing|memory|ended by|was stopped|try \d/);
  expectSameFacts(where, expected);
});
