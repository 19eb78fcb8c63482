import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { checkCli, type Verdict } from './check.ts';

const checkedFile = z.record(z.string(), z.object({ size: z.number(), mtimeMs: z.number(), version: z.string() }));

/**
 * Runs {@link checkCli}, and caches a good result until the file changes. Every command looks for the CLI, and the check
 * takes a third of the time that the server needs to start.
 * @param folder Existing folder for the cache, `checked.json`.
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

function read(folder: string): z.infer<typeof checkedFile> {
  try {
    return checkedFile.parse(JSON.parse(readFileSync(join(folder, 'checked.json'), 'utf8')));
  } catch {
    // Without the cache the programs are checked again.
    return {};
  }
}

function write(folder: string, content: z.infer<typeof checkedFile>): void {
  const temporary = join(folder, `.checked-${process.pid}.json`);
  writeFileSync(temporary, JSON.stringify(content));
  renameSync(temporary, join(folder, 'checked.json'));
}
