import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive } from '../../processes/identity.ts';

const identity = { pid: z.int().positive(), started: z.string() };
const port = z.int();

const serverRecord = z.object({
  ...identity,
  ports: z.object({ grpc: port, ui: port, http: port, metrics: port }),
  /** The CLI it was started with. */
  binary: z.string(),
});

const state = z.object({
  server: serverRecord.optional(),
  /** Who uses it: a process may do so more than once. */
  uses: z.array(z.object({ ...identity, id: z.string() })),
});

/** A server that was started, whether it still runs or not. */
export type ServerRecord = z.infer<typeof serverRecord>;

/** One use of the server by a command. */
export type Use = State['uses'][number];

/** What commands on one database tell each other, in `server.json` of its folder. Read and written under its lock. */
export type State = z.infer<typeof state>;

/** The state, without the uses of commands that have ended. */
export function readState(directory: string): State {
  const { server, uses } = parse(directory);
  return { ...(server && { server }), uses: uses.filter((use) => isAlive(use)) };
}

/** Replaces the state in one step, at once: a server must be on record before anybody can be killed. */
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
    // Without a state, a server that runs all the same is found by its database.
    if (unreadable || (error as NodeJS.ErrnoException).code === 'ENOENT') return { uses: [] };
    throw error;
  }
}
