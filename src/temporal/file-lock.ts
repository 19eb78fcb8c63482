import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { FatalError } from '../model/errors.ts';

/** SQLITE_BUSY: another connection holds the lock. */
const BUSY = 5;
const POLL_MS = 10;
/** Waiting is told to the user from here on; shorter waits are ordinary. */
const WORTH_TELLING_MS = 1000;

export interface FileLockOptions {
  /** Longest wait for the lock, in milliseconds; the work itself isn't bounded. */
  timeoutMs: number;
  /** Called once when the wait gets long. */
  onWait?: () => void;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while no other process (and no other caller in this one) is inside `withFileLock` for
 * the same file. The lock is the kernel's, taken through SQLite, so it ends with its holder however
 * that dies, and at once: there are no stale locks to wait for, to guess at or to steal by mistake,
 * and a holder that is merely slow or stopped keeps it. It wants a file system whose locks work,
 * as the databases beside it do.
 * @param file Path of the lock; made empty and left in place. Nothing else may open it.
 * @throws FatalError when the lock can't be had in time.
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
    throw new FatalError(`can't make the lock file ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function acquire(connection: DatabaseSync, file: string, options: FileLockOptions): Promise<void> {
  const start = performance.now();
  let told = false;
  while (!tryLock(connection, file)) {
    const waited = performance.now() - start;
    if (waited > options.timeoutMs) {
      const seconds = Math.round(waited / 1000);
      throw new FatalError(`another org-sync command has held ${file} for ${seconds} s; end it, or try again later`);
    }
    if (!told && waited > WORTH_TELLING_MS) {
      told = true;
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
