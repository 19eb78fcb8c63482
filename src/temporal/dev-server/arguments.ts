import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../model/workflow-ids.ts';
import { IP, type Ports } from './ports.ts';

/**
 * Returns the path of the CLI's settings file, which doesn't exist: the user's settings must not apply to this server. The
 * unique path also identifies the server of this folder by its command line.
 */
export function getSettingsFile(directory: string): string {
  return join(directory, 'none.yaml');
}

/** File of the server's database, in its folder. */
export const DATABASE = 'temporal.db';

/** Returns the CLI's arguments that start the server of a folder, with this folder as current one. */
export function createServerArguments(directory: string, ports: Ports): string[] {
  return [
    ...['server', 'start-dev', '--ip', IP],
    ...['--port', `${ports.grpc}`, '--ui-port', `${ports.ui}`],
    ...['--http-port', `${ports.http}`, '--metrics-port', `${ports.metrics}`],
    // Relative, because the CLI puts the name into a URL, where some characters of the folder would be special.
    ...['--db-filename', DATABASE, '--env-file', getSettingsFile(directory)],
    // Without these the server waits for the disk at every small step.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...['--log-level', 'warn', '--color', 'never'],
  ];
}
