import { join } from 'node:path';
import type { Config } from '../config.ts';
import { databaseKey, parseDatabaseUrl } from '../stores/open.ts';

/** Folder for what belongs to a database and can be made again. */
export function databaseFolder(config: Config, ...parts: string[]): string {
  return join(config.home, 'databases', databaseKey(parseDatabaseUrl(config.databaseUrl)), ...parts);
}

/** Folder of the database's embedded Temporal server. */
export function temporalFolder(config: Config): string {
  return databaseFolder(config, 'temporal');
}
