import { destination, type Logger, pino } from 'pino';

/** Structured log on standard error: standard output belongs to what a command prints. */
export function createLogger(level: string): Logger {
  const output = destination({ fd: 2, sync: true });
  // A full disk, or a terminal that was closed, is no reason to end the work.
  output.on('error', () => undefined);
  return pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, output);
}
