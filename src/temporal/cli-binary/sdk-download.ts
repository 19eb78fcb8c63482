import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FatalError } from '../../model/errors.ts';
import { runTool } from '../../processes/run-tool.ts';
import { recordWorker } from './cache.ts';

/** A firewall may silently drop packets to a host that can't be reached. */
const FIRST_BYTES_MS = 20_000;
const TOTAL_MS = 300_000;
/** Name of a complete download of the SDK. Incomplete ones have a suffix. */
const COMPLETE_DOWNLOAD = /^temporal-sdk-typescript-[\d.]+$/;

/** Like this module, .ts in development and .js once built. */
const CHILD = fileURLToPath(new URL(`./sdk-download-child${extname(import.meta.url)}`, import.meta.url));

/**
 * Makes the Temporal SDK download its version of the CLI.
 * @param folder Empty work folder, which receives the CLI.
 * @returns Path of the CLI.
 * @throws FatalError with the SDK's error.
 */
export async function downloadThroughSdk(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const late = new AbortController();
  const timers = [
    setTimeout(() => {
      if (listDownloads(folder).length === 0) late.abort(new FatalError(`no answer within ${FIRST_BYTES_MS / 1000} s`));
    }, FIRST_BYTES_MS),
    setTimeout(() => late.abort(new FatalError(`not complete within ${TOTAL_MS / 1000} s`)), TOTAL_MS),
  ];
  try {
    await runTool({
      command: process.execPath,
      args: [CHILD, folder],
      cwd: folder,
      // Keeps the SDK from using a proxy for the server that it starts from the download.
      env: { ...env, no_grpc_proxy: '127.0.0.1' },
      signal: AbortSignal.any([signal, late.signal]),
      onStart: (worker) => recordWorker(folder, worker),
      noise: /ExperimentalWarning|--trace-warnings/,
    });
  } catch (error) {
    // The SDK fails if the server it starts needs more than 5 s, although the download is complete. The caller checks the CLI.
    if (signal.aborted || findDownload(folder) === undefined) throw error;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  const name = findDownload(folder);
  if (name === undefined) throw new FatalError(`the SDK left no CLI in ${folder}`);
  return join(folder, name);
}

/** Finds a complete download. */
function findDownload(folder: string): string | undefined {
  return listDownloads(folder).find((entry) => COMPLETE_DOWNLOAD.test(entry));
}

function listDownloads(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('temporal'));
}
