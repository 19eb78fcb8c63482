import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('child.ts', import.meta.url));

/** How a child ended: `code` is null where a signal ended it. */
export interface Ended {
  code: number | null;
  output: string;
}

/**
 * Runs `child.ts` in a process of its own.
 * @param task 'open' prints the id of the database, 'migrate' does after applying migrations; 'write' writes batches of 50 commits; 'crash' does until
 * it kills itself; 'refused' prints the message of an open that is refused.
 */
export function runChild(task: 'open' | 'migrate' | 'write' | 'crash' | 'refused', ...args: string[]): Promise<Ended> {
  return run(task, args, {});
}

/** Runs 'refused' as a user without rights, where this process has the right to. */
export function runUnprivileged(...args: string[]): Promise<Ended> {
  return run('refused', args, process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {});
}

function run(task: string, args: string[], user: { uid?: number; gid?: number }): Promise<Ended> {
  const child = spawn(process.execPath, [script, task, ...args], { ...user, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}
