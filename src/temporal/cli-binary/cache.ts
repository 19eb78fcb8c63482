import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from '../../home.ts';
import { endGroup } from '../../processes/end-group.ts';
import type { ProcessIdentity } from '../../processes/identity.ts';

/** What is being downloaded or built lies in folders of this name until it is complete. */
const WORK = 'getting-';
const BINARY = /^temporal-/;

/** Folder of the cache that holds the CLIs, as `temporal-<version>`; made when missing. */
export function binFolder(home: string): string {
  const folder = join(home, 'bin');
  makePrivateFolder(folder);
  return folder;
}

/** The CLIs in the cache, newest version first. */
export function cachedClis(bin: string): string[] {
  const names = readdirSync(bin).filter((name) => BINARY.test(name));
  return names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true })).map((name) => join(bin, name));
}

/** Moves a complete binary into its place in the cache, in one step. Returns its path. */
export function keep(file: string, bin: string, version: string): string {
  const place = join(bin, `temporal-${version}`);
  chmodSync(file, 0o755);
  renameSync(file, place);
  return place;
}

/** A folder to get a CLI into, next to its later place so that it can be moved there. */
export function workFolder(bin: string): string {
  return mkdtempSync(join(bin, WORK));
}

/** Notes who works in a work folder, for {@link removeLeftovers}. */
export function noteWorker(folder: string, worker: ProcessIdentity): void {
  writeFileSync(join(folder, 'worker.json'), JSON.stringify(worker));
}

/** Ends what a killed command has left at work, and removes its folders. For the holder of the cache's lock only. */
export async function removeLeftovers(bin: string): Promise<void> {
  for (const name of readdirSync(bin).filter((entry) => entry.startsWith(WORK))) {
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
    // Killed before anything was at work, or in the midst of noting it.
    return undefined;
  }
}
