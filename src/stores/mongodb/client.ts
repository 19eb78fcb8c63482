import { MongoClient } from 'mongodb';
import { InvalidInput } from '../../model/errors.ts';
import { printableUrl, type ServerUrl } from '../url.ts';

/** How long a server that takes writes is looked for, in ms; the driver's own 30 seconds are long for a mistyped host. */
const SELECTION_TIMEOUT = 8_000;

/** How long a server may take to answer, in ms: less, so that it's known why none was found. */
const CONNECT_TIMEOUT = 5_000;

/** Connections of one process: as many repositories may write at once, more wait for their turn. */
const CONNECTIONS = 10;

/** A URL of a MongoDB database. */
export type MongodbUrl = ServerUrl<'mongodb'>;

/**
 * Makes a client that connects when it's first used. What the URL says about reading from secondaries doesn't count:
 * the store has to read what it wrote.
 * @throws InvalidInput for a URL that the driver can't read, and for one that asks for writes nobody answers for.
 */
export function createClient(url: MongodbUrl): MongoClient {
  const client = read(url);
  if (client.writeConcern?.w !== 0) return client;
  throw new InvalidInput([`database ${printableUrl(url)} can't be used: with w=0 in the URL nobody is told of rows that weren't written; leave it out`]);
}

function read(url: MongodbUrl): MongoClient {
  try {
    return new MongoClient(url.url, {
      appName: 'org-sync',
      maxPoolSize: CONNECTIONS,
      minPoolSize: 0,
      serverSelectionTimeoutMS: SELECTION_TIMEOUT,
      connectTimeoutMS: CONNECT_TIMEOUT,
      readPreference: 'primary',
      // A single server would otherwise answer before the write is in its journal, and lose it when it's killed. Cursors are past it then.
      journal: true,
    });
  } catch {
    // Its message may hold parts of the URL, and with them the password.
    throw new InvalidInput([
      "the mongodb URL can't be read: write mongodb://user:password@host/name, with special characters of the password percent-encoded, and options that the driver knows",
    ]);
  }
}
