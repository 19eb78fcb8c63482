import { destination, type Logger, pino } from 'pino';
import { UNPRINTABLE } from './printable.ts';

/** Structured log on standard error: standard output belongs to what a command prints. */
export function createLogger(level: string): Logger {
  const output = destination({ fd: 2, sync: true });
  // A full disk, or a terminal that was closed, is no reason to end the work.
  output.on('error', () => undefined);
  const stream = { write: (line: string) => void output.write(`${escaped(line.trimEnd())}\n`) };
  return pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, stream);
}

/** JSON needn't escape all that a terminal would obey. */
function escaped(line: string): string {
  return line.replaceAll(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
