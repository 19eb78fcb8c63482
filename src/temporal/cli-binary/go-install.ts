import { join } from 'node:path';
import { FatalError } from '../../model/errors.ts';
import { runTool } from '../../processes/run-tool.ts';
import { recordWorker } from './cache.ts';
import { findOnPath } from './search-path.ts';

/** The newest version that `go install` accepts: later ones have replace directives, which it rejects. */
export const GO_VERSION = '1.5.1';
const PACKAGE = `github.com/temporalio/cli/cmd/temporal@v${GO_VERSION}`;
const TIMEOUT_MS = 30 * 60_000;
const REPORT_MS = 30_000;

/**
 * Builds the CLI from its source with the user's Go, into its module and build caches.
 * @param folder Empty work folder, which receives the CLI.
 * @returns Path of the CLI.
 * @throws FatalError with Go's error.
 */
export async function buildWithGo(folder: string, env: NodeJS.ProcessEnv, report: (message: string) => void, signal: AbortSignal): Promise<string> {
  const [command] = findOnPath('go', env.PATH);
  if (command === undefined) throw new FatalError('no program named go on PATH');
  report(`Building the Temporal CLI ${GO_VERSION} from source with Go. This takes about 3 minutes, once.`);
  const start = Date.now();
  const seconds = (): number => Math.round((Date.now() - start) / 1000);
  const timer = setInterval(() => report(`Still building the Temporal CLI (${seconds()} s).`), REPORT_MS);
  const late = new AbortController();
  const limit = setTimeout(() => late.abort(new FatalError(`not built within ${TIMEOUT_MS / 60_000} minutes`)), TIMEOUT_MS);
  try {
    await runTool({
      command,
      args: ['install', PACKAGE],
      cwd: folder,
      env: { ...env, GOBIN: folder },
      signal: AbortSignal.any([signal, late.signal]),
      onStart: (worker) => recordWorker(folder, worker),
      noise: /^go: downloading /,
    });
  } finally {
    clearInterval(timer);
    clearTimeout(limit);
  }
  report(`Built the Temporal CLI in ${seconds()} s.`);
  return join(folder, 'temporal');
}
