import { spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { query } from '../../support/database.ts';

const PROGRAM = fileURLToPath(new URL('../../../bin/org-sync', import.meta.url));

/** How a command ended. */
export interface Ended {
  /** Null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Circumstances {
  cwd?: string;
  /** Settings; of this process's environment a command gets what says where programs are. */
  env?: Record<string, string>;
  uid?: number;
  /** File that an output goes to in place of a pipe. */
  to?: { stdout?: string; stderr?: string };
  /** Called with all of standard error so far, each time there is more. */
  heard?: (stderr: string) => unknown;
}

/** Milliseconds after which a command counts as hanging: less than a hook may take, and many times what one needs alone. */
const HANGS = 280_000;

/** Runs the built command to its end. */
export function orgSync(args: readonly string[], { cwd, env = {}, uid, to = {}, heard }: Circumstances = {}): Promise<Ended> {
  const [out, err] = [to.stdout, to.stderr].map((file) => (file === undefined ? 'pipe' : openSync(file, 'a')));
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH, HOME: '/nonexistent', ...env },
    stdio: ['ignore', out ?? 'pipe', err ?? 'pipe'],
    timeout: HANGS,
    killSignal: 'SIGKILL',
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const printed = { stdout: '', stderr: '' };
  for (const opened of [out, err]) if (typeof opened === 'number') closeSync(opened);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
    heard?.(printed.stderr);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...printed }));
  });
}

/** A place for syncs: database, home and current folder. */
export interface Site {
  folder: string;
  /** Settings that its commands get. */
  settings: Record<string, string>;
  /** Runs any command. */
  run(args: readonly string[], circumstances?: Circumstances): Promise<Ended>;
  /** Runs `org-sync sync local`; paths may be relative to the folder. */
  sync(args: readonly string[], circumstances?: Circumstances): Promise<Ended>;
  rows<T = Record<string, unknown>>(sql: string, ...parameters: string[]): T[];
}

export function makeSite(folder: string): Site {
  mkdirSync(folder, { recursive: true });
  const settings = { DATABASE_URL: `sqlite:///${folder}/org-sync.db`, ORG_SYNC_HOME: join(folder, 'home'), TEMPORAL_CLI: inject('temporalCli') };
  const run: Site['run'] = (args, { env, ...rest } = {}) => orgSync(args, { cwd: folder, env: { ...settings, ...env }, ...rest });
  return {
    folder,
    settings,
    run,
    sync: (args, circumstances) => run(['sync', 'local', ...args], circumstances),
    rows: (sql, ...parameters) => query(folder, sql, ...parameters),
  };
}

/** Makes a program to be TEMPORAL_CLI that just notes that it was run; gives what tells whether it was. */
export function makeRecorder(folder: string): { file: string; ran: () => boolean } {
  const [file, note] = [join(folder, 'temporal-cli'), join(folder, 'temporal-cli-was-run')];
  writeFileSync(file, `#!/bin/sh\ntouch '${note}'\nexit 1\n`);
  chmodSync(file, 0o755);
  return { file, ran: () => existsSync(note) };
}
