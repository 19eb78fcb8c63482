import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { FatalError } from '../model/errors.ts';

/** SQLITE_BUSY: another connection holds the lock. */
const BUSY = 5;
const POLL_MS = 10;
/** Shorter waits are ordinary and aren't reported. */
const MIN_REPORTED_WAIT_MS = 1000;

export interface FileLockOptions {
  /** Longest wait for the lock, in milliseconds. The work itself may take longer. */
  timeoutMs: number;
  /** Called once if the wait gets long. */
  onWait?: () => void;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while no other process, and no other caller in this process, runs `withFileLock` for the same file. The lock
 * is the kernel's, acquired through SQLite, so it ends with its holder: there are no stale locks, and a holder that is
 * only slow or suspended keeps it. The file system must support locks, as the databases next to it require too.
 * @param file Path of the lock. An empty file is created and kept; nothing else may open it.
 * @throws FatalError if the lock can't be acquired in time.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>, options: FileLockOptions): Promise<T> {
  const connection = open(file);
  try {
    await acquire(connection, file, options);
    return await work();
  } finally {
    connection.close();
  }
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw new FatalError(`can't create the lock file ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function acquire(connection: DatabaseSync, file: string, options: FileLockOptions): Promise<void> {
  const start = performance.now();
  let reported = false;
  while (!tryLock(connection, file)) {
    const waited = performance.now() - start;
    if (waited > options.timeoutMs) {
      const seconds = Math.round(waited / 1000);
      throw new FatalError(`another org-sync command has held the lock ${file} for ${seconds} s; end that command, or try again later`);
    }
    if (!reported && waited > MIN_REPORTED_WAIT_MS) {
      reported = true;
      options.onWait?.();
    }
    await delay(POLL_MS);
    options.signal?.throwIfAborted();
  }
}

function tryLock(connection: DatabaseSync, file: string): boolean {
  try {
    connection.exec('begin exclusive');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY) return false;
    throw new FatalError(`can't lock ${file}: ${(error as Error).message}`, { cause: error });
  }
}
