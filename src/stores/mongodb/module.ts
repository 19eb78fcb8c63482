import { InvalidInput } from '../../model/errors.ts';
import type { StoreModule } from '../store-module.ts';
import { parseServerUrl, quoteUrl, type ServerUrl, serverIdentity } from '../url.ts';

const DEFAULT_PORT = 27017;

/** MongoDB. A URL with `+srv` names a host whose servers and ports are looked up. */
export const mongodb: StoreModule<ServerUrl<'mongodb'>> = {
  schemes: ['mongodb'],
  examples: ['mongodb://user@host/name'],
  parse: (rest, driver) => {
    const url = parseServerUrl('mongodb', driver === 'srv' ? 'mongodb+srv' : 'mongodb', rest);
    if (url.hosts.length === 0) throw new InvalidInput([`the mongodb URL${quoteUrl(`mongodb://${rest}`)} names no host: write mongodb://host/name`]);
    return url;
  },
  identify: (url) => serverIdentity(url, url.url.startsWith('mongodb+srv:') ? undefined : DEFAULT_PORT),
  open: async (url) => (await import('./open.ts')).openMongodbStore(url),
};
