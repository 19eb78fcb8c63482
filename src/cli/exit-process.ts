import { spawn } from 'node:child_process';

/** How long a file system call may take to return before the process is killed, in seconds. */
const GRACE_SECONDS = 2;

/**
 * Ends the process. Node waits for its file system calls even then, and a call that hangs (as on a network file system
 * whose server is gone) can't be canceled. After a grace period another process kills this one.
 * @param code Exit code; by default the one that was set.
 */
export function exitProcess(code = process.exitCode): never {
  if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) {
    const args = ['-c', 'sleep "$1"; kill -9 "$2"', 'sh', String(GRACE_SECONDS), String(process.pid)];
    spawn('/bin/sh', args, { detached: true, stdio: 'ignore' }).unref();
  }
  process.exit(code);
}
