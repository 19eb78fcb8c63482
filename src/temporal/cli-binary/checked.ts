import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { checkCli, type Verdict } from './check.ts';

const notes = z.record(z.string(), z.object({ size: z.number(), mtimeMs: z.number(), version: z.string() }));

/**
 * {@link checkCli} that remembers the programs it has found good, until their file changes: every
 * command looks for the CLI, and the check takes as long as a third of the server's start.
 * @param folder Where the notes lie (`checked.json`); it exists.
 */
export async function checkOnce(file: string, folder: string, env: NodeJS.ProcessEnv): Promise<Verdict> {
  const stat = statSync(file, { throwIfNoEntry: false });
  const known = read(folder)[file];
  if (stat !== undefined && known?.size === stat.size && known.mtimeMs === stat.mtimeMs) return known;
  const verdict = await checkCli(file, env);
  if ('version' in verdict && stat !== undefined) {
    const { size, mtimeMs } = stat;
    write(folder, { ...read(folder), [file]: { size, mtimeMs, version: verdict.version } });
  }
  return verdict;
}

function read(folder: string): z.infer<typeof notes> {
  try {
    return notes.parse(JSON.parse(readFileSync(join(folder, 'checked.json'), 'utf8')));
  } catch {
    // Missing or unreadable notes cost a check, nothing else.
    return {};
  }
}

function write(folder: string, content: z.infer<typeof notes>): void {
  const temporary = join(folder, `.checked-${process.pid}.json`);
  writeFileSync(temporary, JSON.stringify(content));
  renameSync(temporary, join(folder, 'checked.json'));
}
