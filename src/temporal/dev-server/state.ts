import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive } from '../../processes/identity.ts';

const identity = { pid: z.int().positive(), started: z.string() };
const port = z.int();

const serverRecord = z.object({
  ...identity,
  ports: z.object({ grpc: port, ui: port, http: port, metrics: port }),
  /** Path of the CLI that started it. */
  binary: z.string(),
});

const state = z.object({
  server: serverRecord.optional(),
  /** Processes that use the server. A process may have several uses. */
  uses: z.array(z.object({ ...identity, id: z.string() })),
});

/** A server that was started. It may have ended. */
export type ServerRecord = z.infer<typeof serverRecord>;

/** One use of the server by a command. */
export type Use = State['uses'][number];

/** State that the commands on one database share, in `server.json` of its folder. Requires the folder's lock. */
export type State = z.infer<typeof state>;

/** Reads the state, without the uses of processes that have ended. */
export function readState(directory: string): State {
  const { server, uses } = parse(directory);
  return { ...(server && { server }), uses: uses.filter((use) => isAlive(use)) };
}

/** Replaces the state atomically, and synchronously: a server must be recorded before this process can be killed. */
export function writeState(directory: string, content: State): void {
  const temporary = join(directory, 'server.json.new');
  writeFileSync(temporary, JSON.stringify(content, undefined, 2));
  renameSync(temporary, join(directory, 'server.json'));
}

function parse(directory: string): State {
  try {
    return state.parse(JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8')));
  } catch (error) {
    const unreadable = error instanceof SyntaxError || error instanceof z.ZodError;
    // A server that runs without a recorded state is found by its command line.
    if (unreadable || (error as NodeJS.ErrnoException).code === 'ENOENT') return { uses: [] };
    throw error;
  }
}
