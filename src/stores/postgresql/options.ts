import { InvalidInput } from '../../model/errors.ts';
import { printableUrl, type ServerUrl } from '../url.ts';

/** A URL of a PostgreSQL database. */
export type PostgresqlUrl = ServerUrl<'postgresql'>;

/** Options that the driver reads: https://node-postgres.com/features/connecting#connection-uri */
const READ = [
  ...['user', 'password', 'host', 'port', 'ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation', 'uselibpqcompat'],
  ...['application_name', 'fallback_application_name', 'client_encoding', 'options'],
  ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'query_timeout'],
];

/** Options of other drivers that the driver ignores, and that change neither which rows go where nor who may read them on the way. */
const IGNORED = [
  ...['connect_timeout', 'keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout', 'target_session_attrs'],
  ...['channel_binding', 'gssencmode', 'command_timeout', 'timeout', 'prepared_statement_cache_size', 'pgbouncer'],
];

/**
 * The driver ignores the options it doesn't know, and a mistyped `sslmode` or another driver's `schema` with them.
 * @throws InvalidInput naming the options that aren't known.
 */
export function refuseUnknownOptions(url: PostgresqlUrl): void {
  const names = [...new URLSearchParams(url.url.split('?')[1]).keys()];
  const unknown = names.filter((name) => !READ.includes(name) && !IGNORED.includes(name));
  if (unknown.length === 0) return;
  // Anything else may be part of a password that wasn't percent-encoded.
  const shown = unknown.map((name) => (/^\w+$/.test(name) ? name : 'one without a valid name'));
  throw new InvalidInput([`database ${printableUrl(url)} can't be used: its URL has options that aren't known: ${[...new Set(shown)].join(', ')}`]);
}
