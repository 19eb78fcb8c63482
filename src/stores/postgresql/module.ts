import type { StoreModule } from '../store-module.ts';
import { parseServerUrl, type ServerUrl, serverIdentity } from '../url.ts';

const DEFAULT_PORT = 5432;

/** PostgreSQL. */
export const postgresql: StoreModule<ServerUrl<'postgresql'>> = {
  schemes: ['postgresql', 'postgres'],
  examples: ['postgresql://user@host/name'],
  parse: (rest) => parseServerUrl('postgresql', 'postgresql', rest),
  identify: (url) => `${serverIdentity(url, DEFAULT_PORT)}${placeInOptions(url.url)}`,
  open: async (url, { migrate = false }) => (await import('./open.ts')).openPostgresqlStore(url, migrate),
  openMigrations: async (url) => (await import('./open.ts')).openPostgresqlMigrations(url),
};

/** Those options of a URL that say where the server is, as for a local socket: they count more than what is before them. */
function placeInOptions(url: string): string {
  const options = new URLSearchParams(url.split('?')[1]);
  const place = new URLSearchParams();
  for (const name of ['host', 'port']) {
    const value = options.getAll(name).at(-1);
    if (value !== undefined) place.set(name, value);
  }
  return place.size === 0 ? '' : `?${place}`;
}
