import { createInterface } from 'node:readline';
import { FatalError } from '../model/errors.ts';
import { identify, type ProcessIdentity } from './identity.ts';
import { startProcess } from './start.ts';

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
  /** Gets the tool's identity as soon as it runs, for whoever has to end it if this process is killed. */
  onStart?: (identity: ProcessIdentity) => void;
  /** Lines of output that say nothing about why a tool failed. */
  noise?: RegExp;
}

/**
 * Runs a program to its end, in a process group of its own and without the terminal.
 * @throws FatalError if it fails, with the last lines of its output; the signal's reason after an abort.
 */
export async function runTool({ onStart, noise, signal, ...tool }: Tool): Promise<void> {
  const running = startProcess({ ...tool, signal, graceMs: GRACE_MS });
  const tail: string[] = [];
  for (const input of [running.stdout, running.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (line.trim() === '' || noise?.test(line)) return;
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    });
  }
  try {
    const identity = running.pid === undefined ? undefined : identify(running.pid);
    if (identity !== undefined) onStart?.(identity);
  } catch (error) {
    running.end();
    await running.ended;
    throw error;
  }
  const { exitCode, killedBy } = await running.ended;
  signal.throwIfAborted();
  if (exitCode !== 0) throw new FatalError([`it ended with ${killedBy ?? exitCode}`, ...tail].join('\n  '));
}
