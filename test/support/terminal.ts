import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { inject } from 'vitest';
import { PROGRAM } from './command.ts';

/** `org-sync …` as the foreground job of a terminal of its own. */
export interface Terminal {
  process: ChildProcess;
  /** All that the terminal was sent so far. */
  output: () => string;
  /** Types text; '\x03' is Ctrl-C. */
  type(text: string): void;
  /** Exit code. */
  ended: Promise<number | null>;
}

/** Starts the command. @param env Settings; of this process's environment it gets what says where programs are. */
export function startInTerminal(args: readonly string[], env: Record<string, string>): Terminal {
  const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], TEMPORAL_CLI: inject('temporalCli') };
  const words = [process.execPath, PROGRAM, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  // BSD's script takes other options.
  const script = process.platform === 'linux' ? ['-qefc', `exec ${words.join(' ')}`, '/dev/null'] : ['-qe', '/dev/null', process.execPath, PROGRAM, ...args];
  const child = spawn('script', script, { env: { ...inherited, SHELL: '/bin/sh', TERM: 'xterm', ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    process: child,
    output: () => output,
    type: (text) => void child.stdin.write(text),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}
