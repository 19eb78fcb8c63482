import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { interruptible } from '../../processes/interruptible.ts';
import { withFileLock } from '../file-lock.ts';
import { createWorkFolder, listCachedClis, removeLeftovers, storeCli } from './cache.ts';
import { checkCli } from './check.ts';
import { checkOnce } from './check-once.ts';
import { buildWithGo, GO_VERSION } from './go-install.ts';
import type { FindOptions } from './options.ts';
import { downloadThroughSdk } from './sdk-download.ts';

/** Time for a download and a build. */
const LOCK_TIMEOUT_MS = 40 * 60_000;

/**
 * Downloads or builds a CLI into the cache. If another command is doing so, waits for that.
 * @param tried Receives a line for each way that failed.
 * @returns Path of the CLI; undefined if every way failed.
 */
export async function getCli(bin: string, options: FindOptions, tried: string[]): Promise<string | undefined> {
  const lock = join(bin, 'getting.lock');
  const { report } = options;
  const onWait = (): void => report('Waiting for another org-sync command that downloads or builds the Temporal CLI.');
  return await interruptible(options.signal, (signal) =>
    withFileLock(lock, () => downloadOrBuild(bin, { ...options, signal }, tried), { timeoutMs: LOCK_TIMEOUT_MS, onWait, signal }),
  );
}

async function downloadOrBuild(bin: string, options: FindOptions & { signal: AbortSignal }, tried: string[]): Promise<string | undefined> {
  const { env, report, signal } = options;
  await removeLeftovers(bin);
  for (const cli of listCachedClis(bin)) {
    if ('version' in (await checkOnce(cli, bin, env))) return cli;
  }
  const ways = [
    { name: "download by Temporal's SDK", get: (folder: string) => downloadThroughSdk(folder, env, signal) },
    { name: 'go install', version: GO_VERSION, get: (folder: string) => buildWithGo(folder, env, report, signal) },
  ];
  report('No Temporal CLI found on this machine. Downloading or building one.');
  for (const { name, version, get } of ways) {
    const folder = createWorkFolder(bin);
    try {
      const file = await get(folder);
      const verdict = await checkCli(file, env);
      if ('version' in verdict) return storeCli(file, bin, version ?? verdict.version);
      tried.push(`${name}: the result can't be used: ${verdict.problem}`);
    } catch (error) {
      signal.throwIfAborted();
      tried.push(`${name}: ${(error as Error).message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return undefined;
}
