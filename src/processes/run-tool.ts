import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { FatalError } from '../model/errors.ts';
import { endGroup } from './end-group.ts';
import { signalGroup } from './group.ts';
import { identify, type ProcessIdentity } from './identity.ts';

/** Between SIGTERM, on which tools remove their temporary files, and SIGKILL. */
const GRACE_MS = 3000;
const TAIL_LINES = 12;

export interface Tool {
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Ends the tool; its reason is what `runTool` throws. */
  signal: AbortSignal;
  /** Gets the tool's identity as soon as it runs, for whoever has to end it should this process be killed. */
  onStart?: (identity: ProcessIdentity) => void;
  /** Lines of output that say nothing about why a tool failed. */
  noise?: RegExp;
}

/**
 * Runs a program to its end, in a process group of its own (so that it can be ended with its children)
 * and without the terminal. It never outlives this process, unless that is killed by SIGKILL.
 * @throws FatalError when it fails, with the last lines of its output.
 */
export async function runTool({ command, args, cwd, env, signal, onStart, noise }: Tool): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const tail: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (line.trim() === '' || noise?.test(line)) return;
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    });
  }
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const { pid } = child;
  if (pid === undefined) await closed; // rejects with the reason
  const identity = identify(pid as number);
  const killGroup = (): void => signalGroup(pid as number, 'SIGKILL');
  process.once('exit', killGroup);
  // What a failed tool has left running would keep its output open, and us waiting.
  child.once('exit', killGroup);
  let ended: Promise<void> | undefined;
  const end = (): void => {
    if (identity !== undefined) ended ??= endGroup(identity, GRACE_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    if (identity !== undefined) onStart?.(identity);
    const [code, by] = await closed;
    await ended;
    signal.throwIfAborted();
    if (code !== 0) throw new FatalError([`it ended with ${by ?? code}`, ...tail].join('\n  '));
  } finally {
    signal.removeEventListener('abort', end);
    if (child.exitCode === null && child.signalCode === null) end();
    await ended;
    process.removeListener('exit', killGroup);
  }
}
