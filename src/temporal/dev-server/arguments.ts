import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../model/workflow-ids.ts';
import { IP, type Ports } from './ports.ts';

/**
 * Settings file of the CLI. It doesn't exist: the user's own mustn't steer this server. And its path,
 * which is nobody else's, tells the server of this folder from all others by its command line.
 */
export function settingsFile(directory: string): string {
  return join(directory, 'none.yaml');
}

/** File of the server's database, in its folder. */
export const DATABASE = 'temporal.db';

/** Arguments of the CLI that start the server of this folder, in this folder. */
export function serverArguments(directory: string, ports: Ports): string[] {
  return [
    ...['server', 'start-dev', '--ip', IP],
    ...['--port', `${ports.grpc}`, '--ui-port', `${ports.ui}`],
    ...['--http-port', `${ports.http}`, '--metrics-port', `${ports.metrics}`],
    // Without its folder, in which some characters would have a meaning: the CLI puts the name in a URL.
    ...['--db-filename', DATABASE, '--env-file', settingsFile(directory)],
    // Without these the server writes, and waits for the disk, for every small step.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...['--log-level', 'warn', '--color', 'never'],
  ];
}
