import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FatalError } from '../../model/errors.ts';
import { runTool } from '../../processes/run-tool.ts';
import { noteWorker } from './cache.ts';

/** A host that can't be reached may just swallow what is sent to it. */
const FIRST_BYTES_MS = 20_000;
const TOTAL_MS = 300_000;
/** As the SDK names what it downloads; it adds an ending until the download is complete. */
const DOWNLOAD = /^temporal-sdk-typescript-[\d.]+$/;

/** This module runs as .ts in development and as .js once built, and so does the child. */
const CHILD = fileURLToPath(new URL(`./sdk-download-child${extname(import.meta.url)}`, import.meta.url));

/**
 * Has the Temporal SDK download the CLI that it knows of.
 * @param folder Empty work folder; the CLI lies in it afterwards.
 * @returns Path of the CLI.
 * @throws FatalError with the SDK's reason.
 */
export async function downloadThroughSdk(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const late = new AbortController();
  const timers = [
    setTimeout(() => {
      if (content(folder).length === 0) late.abort(new FatalError(`no answer within ${FIRST_BYTES_MS / 1000} s`));
    }, FIRST_BYTES_MS),
    setTimeout(() => late.abort(new FatalError(`not complete within ${TOTAL_MS / 1000} s`)), TOTAL_MS),
  ];
  try {
    await runTool({
      command: process.execPath,
      args: [CHILD, folder],
      cwd: folder,
      // A proxy is for the download, not for the SDK's talk with the server that it starts from it.
      env: { ...env, no_grpc_proxy: '127.0.0.1' },
      signal: AbortSignal.any([signal, late.signal]),
      onStart: (worker) => noteWorker(folder, worker),
      noise: /ExperimentalWarning|--trace-warnings/,
    });
  } catch (error) {
    // The SDK gives the server that it starts from what it has downloaded just 5 s. What isn't the CLI is found out later.
    if (signal.aborted || downloaded(folder) === undefined) throw error;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  const name = downloaded(folder);
  if (name === undefined) throw new FatalError(`the SDK left no CLI in ${folder}`);
  return join(folder, name);
}

/** What has been downloaded to its end. */
function downloaded(folder: string): string | undefined {
  return content(folder).find((entry) => DOWNLOAD.test(entry));
}

function content(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('temporal'));
}
