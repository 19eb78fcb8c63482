import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Another command: a program of this folder in a process (and process group) of its own. */
export interface Child {
  process: ChildProcess;
  pid: number;
  /** The next line it prints that begins so, without that beginning; earlier lines count. Rejects when it ends first. */
  says(beginning: string): Promise<string>;
  tell(line: string): void;
  /** Everything it has printed. */
  lines: string[];
  /** [exit code, signal] */
  ended: Promise<[number | null, NodeJS.Signals | null]>;
}

/** Starts `support/<program>` with these arguments. */
export function startChild(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): Child {
  const file = fileURLToPath(new URL(`./${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const waiter of waiting) waiter();
  };
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      look();
    });
  }
  let over = false;
  const ended = once(child, 'close') as Child['ended'];
  void ended.then(() => {
    over = true;
    look();
  });
  return {
    process: child,
    pid: child.pid as number,
    lines,
    ended,
    tell: (line) => child.stdin.write(`${line}\n`),
    says: (beginning) =>
      new Promise((resolve, reject) => {
        const waiter = (): void => {
          const at = lines.findIndex((line) => line.startsWith(beginning));
          const [line] = at < 0 ? [] : lines.splice(at, 1);
          if (line === undefined && !over) return;
          waiting.delete(waiter);
          if (line !== undefined) resolve(line.slice(beginning.length).trim());
          else reject(new Error(`${program} ended without '${beginning}':\n${lines.join('\n')}`));
        };
        waiting.add(waiter);
        waiter();
      }),
  };
}
