import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { toolEnvironment } from '../../processes/tool-environment.ts';
import { isExecutable } from './search-path.ts';

/** A virus scanner may delay the first start of a downloaded program. */
const TIMEOUT_MS = 15_000;
/** Options of `server start-dev` that the embedded server needs. */
const REQUIRED_OPTIONS = ['--db-filename', '--sqlite-pragma', '--search-attribute', '--http-port', '--metrics-port'];

const run = promisify(execFile);

/** The version of a usable Temporal CLI, or why a program isn't one. */
export type Verdict = { version: string } | { problem: string };

/** Checks the version of a program and the options of its `server start-dev`. */
export async function checkCli(file: string, env: NodeJS.ProcessEnv): Promise<Verdict> {
  if (!isExecutable(file)) return { problem: statSync(file, { throwIfNoEntry: false }) ? 'not executable' : 'no such file' };
  const options = { timeout: TIMEOUT_MS, env: toolEnvironment(env) };
  try {
    const [version, help] = await Promise.all([run(file, ['--version'], options), run(file, ['server', 'start-dev', '--help'], options)]);
    const missing = REQUIRED_OPTIONS.filter((option) => !help.stdout.includes(option));
    if (missing.length > 0) return { problem: `\`server start-dev\` doesn't know ${missing.join(', ')}: too old?` };
    const [, number] = /^temporal version (\S+)/.exec(version.stdout) ?? [];
    return number === undefined ? { problem: 'not the Temporal CLI' } : { version: number };
  } catch (error) {
    return { problem: describe(error as Failure) };
  }
}

type Failure = Error & { killed?: boolean; cmd?: string; stderr?: string };

function describe({ killed, cmd, stderr, message }: Failure): string {
  if (killed === true) return `\`${cmd}\` didn't end within ${TIMEOUT_MS / 1000} s`;
  const [line] = (stderr ?? '').trim().split('\n');
  return line === undefined || line === '' ? message.trim() : `\`${cmd}\`: ${line}`;
}
