import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from '../../home.ts';
import { endGroup } from '../../processes/end-group.ts';
import type { ProcessIdentity } from '../../processes/identity.ts';

/** Prefix of the folders for downloads and builds that aren't complete. */
const WORK_PREFIX = 'getting-';
const BINARY = /^temporal-/;

/** Returns the folder of the cache with the CLIs, named `temporal-<version>`. Creates it if it is missing. */
export function openBinFolder(home: string): string {
  const folder = join(home, 'bin');
  makePrivateFolder(folder);
  return folder;
}

/** Lists the CLIs in the cache, newest version first. */
export function listCachedClis(bin: string): string[] {
  const names = readdirSync(bin).filter((name) => BINARY.test(name));
  return names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true })).map((name) => join(bin, name));
}

/** Moves a complete binary to its place in the cache, atomically. Returns its path. */
export function storeCli(file: string, bin: string, version: string): string {
  const place = join(bin, `temporal-${version}`);
  chmodSync(file, 0o755);
  renameSync(file, place);
  return place;
}

/** Creates a folder for a download or a build, next to its final place so that the CLI can be moved there. */
export function createWorkFolder(bin: string): string {
  return mkdtempSync(join(bin, WORK_PREFIX));
}

/** Records the process that uses a work folder, for {@link removeLeftovers}. */
export function recordWorker(folder: string, worker: ProcessIdentity): void {
  writeFileSync(join(folder, 'worker.json'), JSON.stringify(worker));
}

/** Ends processes that a killed command has left running, and removes their work folders. Requires the cache's lock. */
export async function removeLeftovers(bin: string): Promise<void> {
  for (const name of readdirSync(bin).filter((entry) => entry.startsWith(WORK_PREFIX))) {
    const folder = join(bin, name);
    const worker = readWorker(folder);
    if (worker !== undefined) await endGroup(worker, 0);
    rmSync(folder, { recursive: true, force: true });
  }
}

function readWorker(folder: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'worker.json'), 'utf8')) as ProcessIdentity;
  } catch {
    // The command was killed before it had recorded the process.
    return undefined;
  }
}
