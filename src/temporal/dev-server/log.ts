import { closeSync, openSync, readFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 10_000_000;
const TAIL_LINES = 15;
const TAIL_CHARACTERS = 4000;

/** Returns the file with the server's output. */
export function getLogFile(directory: string): string {
  return join(directory, 'server.log');
}

/** Starts a new log and passes its descriptor to `use`. The previous log is kept as `server.log.1`. */
export function withNewLog<T>(directory: string, use: (descriptor: number) => T): T {
  const file = getLogFile(directory);
  if (statSync(file, { throwIfNoEntry: false })) renameSync(file, `${file}.1`);
  // Append mode allows truncating the log while the server writes it.
  const descriptor = openSync(file, 'a', 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Truncates a log that has grown too long. */
export function truncateLongLog(directory: string): void {
  const file = getLogFile(directory);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && stat.size > MAX_BYTES) truncateSync(file);
}

/** Whether the log contains a text anywhere, as a panicking server appends pages of other output. */
export function logContains(directory: string, text: string): boolean {
  return readLog(directory).includes(text);
}

/** Returns the last lines of the log, for messages. */
export function readLogTail(directory: string): string {
  const lines = readLog(directory).trimEnd().split('\n').slice(-TAIL_LINES);
  return lines.join('\n').slice(-TAIL_CHARACTERS) || '(the log is empty)';
}

function readLog(directory: string): string {
  const file = getLogFile(directory);
  return statSync(file, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(file, 'utf8');
}
