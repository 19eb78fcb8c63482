import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { interruptible } from '../../processes/interruptible.ts';
import { withFileLock } from '../file-lock.ts';
import { cachedClis, keep, removeLeftovers, workFolder } from './cache.ts';
import { checkCli } from './check.ts';
import { checkOnce } from './checked.ts';
import { buildWithGo, GO_VERSION } from './go-install.ts';
import type { FindOptions } from './options.ts';
import { downloadThroughSdk } from './sdk-download.ts';

/** As long as a download and a build may take together. */
const WAIT_MS = 40 * 60_000;

/**
 * Downloads or builds a CLI into the cache; when another command is at it, waits for that one's.
 * @param tried Gets a line for each way that failed.
 * @returns Path of the CLI, or undefined when every way has failed.
 */
export async function getCli(bin: string, options: FindOptions, tried: string[]): Promise<string | undefined> {
  const lock = join(bin, 'getting.lock');
  const { report } = options;
  const onWait = (): void => report('Waiting for the Temporal CLI that another org-sync command is getting.');
  return await interruptible(options.signal, (signal) =>
    withFileLock(lock, () => getAlone(bin, { ...options, signal }, tried), { timeoutMs: WAIT_MS, onWait, signal }),
  );
}

async function getAlone(bin: string, options: FindOptions & { signal: AbortSignal }, tried: string[]): Promise<string | undefined> {
  const { env, report, signal } = options;
  await removeLeftovers(bin);
  for (const cli of cachedClis(bin)) {
    if ('version' in (await checkOnce(cli, bin, env))) return cli;
  }
  const ways = [
    { name: "download by Temporal's SDK", get: (folder: string) => downloadThroughSdk(folder, env, signal) },
    { name: 'go install', version: GO_VERSION, get: (folder: string) => buildWithGo(folder, env, report, signal) },
  ];
  report('No Temporal CLI found on this machine: getting one.');
  for (const { name, version, get } of ways) {
    const folder = workFolder(bin);
    try {
      const file = await get(folder);
      const verdict = await checkCli(file, env);
      if ('version' in verdict) return keep(file, bin, version ?? verdict.version);
      tried.push(`${name}: what it gave can't be used: ${verdict.problem}`);
    } catch (error) {
      signal.throwIfAborted();
      tried.push(`${name}: ${(error as Error).message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return undefined;
}
