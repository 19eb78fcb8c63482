import { spawn } from 'node:child_process';

/** How long a call to the file system may take to return before the process is killed, in seconds. */
const GRACE = 2;

/**
 * Ends the process. Node waits for its calls to the file system even then, and one that hangs (as on a network file
 * system whose server is gone) can't be cancelled: after a grace period another process ends this one.
 * @param code Exit code; by default the one that was set.
 */
export function leave(code = process.exitCode): never {
  if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) {
    const args = ['-c', 'sleep "$1"; kill -9 "$2"', 'sh', String(GRACE), String(process.pid)];
    spawn('/bin/sh', args, { detached: true, stdio: 'ignore' }).unref();
  }
  process.exit(code);
}
