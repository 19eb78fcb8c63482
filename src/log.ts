import { destination, type Logger, pino } from 'pino';

/** Structured log on standard error: standard output belongs to what a command prints. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination({ fd: 2, sync: true }));
}
