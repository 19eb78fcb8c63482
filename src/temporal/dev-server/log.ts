import { closeSync, openSync, readFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 10_000_000;
const TAIL_LINES = 15;
const TAIL_CHARACTERS = 4000;

/** Where the server's output goes. */
export function logFile(directory: string): string {
  return join(directory, 'server.log');
}

/** Begins a new log and gives its descriptor to `use`; the one before stays as `server.log.1`. */
export function withNewLog<T>(directory: string, use: (descriptor: number) => T): T {
  const file = logFile(directory);
  if (statSync(file, { throwIfNoEntry: false })) renameSync(file, `${file}.1`);
  // Appending is what lets the log be cut short while the server writes it.
  const descriptor = openSync(file, 'a', 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Empties the log when it has grown too long. */
export function boundLog(directory: string): void {
  const file = logFile(directory);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && stat.size > MAX_BYTES) truncateSync(file);
}

/** Whether the log has a text anywhere: a server that panics ends its log with pages of something else. */
export function logHas(directory: string, text: string): boolean {
  return logText(directory).includes(text);
}

/** The last lines of the log, for messages. */
export function logTail(directory: string): string {
  const lines = logText(directory).trimEnd().split('\n').slice(-TAIL_LINES);
  return lines.join('\n').slice(-TAIL_CHARACTERS) || '(it has written nothing)';
}

function logText(directory: string): string {
  const file = logFile(directory);
  return statSync(file, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(file, 'utf8');
}
