import pg from 'pg';
import { InvalidInput } from '../../model/errors.ts';
import { printableUrl } from '../url.ts';
import { type PostgresqlUrl, refuseUnknownOptions } from './options.ts';

/** How long a connection may take to be made, in ms: name, network, TLS, log-in. */
const CONNECT_TIMEOUT = 10_000;

/** Connections of one process: as many repositories may write at once, more wait for their turn. */
const CONNECTIONS = 10;

class Client extends pg.Client {
  constructor(config: pg.ClientConfig = {}) {
    // As an option of the pool, the time-out would end waiting for one's turn too.
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT });
    // A client that gives up (because it has no password, say) would keep its socket, and so the process, for a minute.
    this.connection.on('error', () => this.connection.stream.destroy());
  }
}

/**
 * Makes a pool that connects when it's first used.
 * @throws InvalidInput for a URL that the driver can't read.
 */
export function createPool(url: PostgresqlUrl): pg.Pool {
  const refuse = (reason: string) => new InvalidInput([`database ${printableUrl(url)} can't be used: ${reason}`]);
  if (url.hosts.length > 1) throw refuse('the URL names several hosts; give the one that takes writes');
  refuseUnknownOptions(url);
  const config: pg.PoolConfig = {
    connectionString: url.url,
    max: CONNECTIONS,
    fallback_application_name: 'org-sync',
    // A peer that vanished without a word is missed after some 20 seconds.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const { port, database } = read(config);
  // The driver would throw where nobody could catch it.
  if (!(port >= 1 && port <= 65_535)) throw refuse("its port, in the URL's options or in PGPORT, is no number from 1 to 65535");
  // The driver leaves %2F, %3F and the like as they are, and drops dots, tabs and line ends.
  if (database !== decodeURIComponent(url.database)) throw refuse(`the driver would use the database '${database}'; choose a name without special characters`);
  const pool = new pg.Pool({ ...config, Client });
  // Whoever uses a connection that is lost is told by its query; without listeners the process would end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function read(config: pg.PoolConfig): Client {
  try {
    return new Client(config);
  } catch {
    // Its message may hold the URL, and with it the password.
    throw new InvalidInput([
      "the postgresql URL can't be read: write postgresql://user:password@host/name, with special characters of the password percent-encoded, and options whose files are there",
    ]);
  }
}
