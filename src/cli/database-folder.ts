import { join } from 'node:path';
import type { Config } from '../config.ts';
import { databaseKey, parseDatabaseUrl } from '../stores/open.ts';

/** Returns a folder below the one for a database's recreatable files. */
export function getDatabaseFolder(config: Config, ...parts: string[]): string {
  return join(config.home, 'databases', databaseKey(parseDatabaseUrl(config.databaseUrl)), ...parts);
}

/** Returns the folder of a database's embedded Temporal server. */
export function getTemporalFolder(config: Config): string {
  return getDatabaseFolder(config, 'temporal');
}
