import { MongoBulkWriteError, MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { FatalError, InvalidInput, RetryableError } from '../../model/errors.ts';

/** Codes: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
export const CODE = { UNAUTHORIZED: 13, NAMESPACE_EXISTS: 48, DUPLICATE_KEY: 11_000 } as const;

/**
 * What passes without anybody changing data or program: connections, elections, restarts, resources, cursors that are gone,
 * two writers that make one document.
 */
const PASSING = new Set([
  ...[6, 7, 24, 43, 50, 64, 84, 89, 91, 112, 133, 134, 175, 189, 202, 237, 262, 279, 317, 365, 384, 402, 462],
  ...[9001, 10_058, 10_107, CODE.DUPLICATE_KEY, 11_600, 11_601, 11_602, 13_388, 13_435, 13_436, 14_031],
]);

/** Log-in and rights, values, names and sizes that the server refuses, commands that it hasn't got. */
const LASTING = new Set([2, 8, 9, 11, 13, 14, 18, 20, 26, 33, 52, 59, 61, 72, 73, 115, 121, 166, 238, 323, 8000, 10_334, 13_297, 17_280]);

/** What to do about some errors. */
const ADVICE: Record<number, string> = {
  13: 'give the user the role readWrite on the database',
  18: 'is the password right, and does the URL need ?authSource=admin?',
  10107: 'is it a secondary? The URL has to name the replica set',
  13435: 'is it a secondary? The URL has to name the replica set',
  14031: "free some space on the server's disk",
  10334: 'a text in the repository is larger than the 16 MB that a document may have',
};

/** Names of the driver's errors for connections that broke, or couldn't be had. Some of them it doesn't export. */
const LOST = /^Mongo(Network|NotConnected|ServerClosed|PoolCleared|PoolClosed|WaitQueueTimeout|ConnectionPool|TopologyClosed|ClientClosed|CursorExhausted)/;

/** An error of MongoDB's while working on a database, as one that says whether to try again; any other as it is. */
export function translate(thrown: unknown, name: string): unknown {
  const error = unwrapped(thrown);
  const message = `database ${name}: ${describe(error)}`;
  if (isLost(error)) return new RetryableError(message, { cause: error });
  if (isTooLarge(error)) return new FatalError(`${message}: ${ADVICE[10_334]}`, { cause: error });
  if (!(error instanceof MongoServerError)) return error;
  const code = codeOf(error);
  if (isDiskFull(error)) return new RetryableError(`${message}: ${ADVICE[14_031]}`, { cause: error });
  if (PASSING.has(code) || error.hasErrorLabel('RetryableWriteError') || isInterrupted(error)) return new RetryableError(message, { cause: error });
  if (LASTING.has(code)) return new FatalError(message, { cause: error });
  return error;
}

/** The same while opening it: what keeps a database from being used at all has to be mended before work starts. */
export function translateOpening(error: unknown, name: string): unknown {
  if (error instanceof InvalidInput) return error;
  if (!(error instanceof MongoError) && !isDnsError(error) && !isMissingFile(error)) return error;
  return new InvalidInput([`database ${name} can't be used: ${describe(error)}`]);
}

/** Code of what the server has said, 0 where it named none. */
export function codeOf(error: unknown): number {
  return error instanceof MongoServerError && typeof error.code === 'number' ? error.code : 0;
}

function isLost(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  return (error instanceof MongoError && LOST.test(error.name)) || isDnsError(error);
}

/** Of the look-up that a mongodb+srv URL begins with. */
function isDnsError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && /^query|^getaddrinfo/.test(String(error.syscall));
}

/** That an option of the URL names. */
function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'open';
}

/** The driver's own refusal, before it sends anything. */
function isTooLarge(error: unknown): boolean {
  return error instanceof MongoError && /larger than the (maximum|max) (size|bsonobjectsize)|offset.*out of range/i.test(error.message);
}

/** FerretDB has one code for all that happens inside: of these, work that its end or another writer has cut off passes. */
function isInterrupted(error: MongoServerError): boolean {
  return codeOf(error) === 1 && /context canceled|database is locked|SQLITE_BUSY|interrupted|database is closed|sql: /i.test(error.message);
}

/** FerretDB passes on what its own database says of a full disk. */
function isDiskFull(error: MongoServerError): boolean {
  return codeOf(error) === 1 && /disk is full|disk I\/O error|SQLITE_(FULL|IOERR)|no space left on device|SQLSTATE 53100/i.test(error.message);
}

/** What a bulk write fails with before the server has said anything is in another error of its own. */
function unwrapped(error: unknown): unknown {
  return error instanceof MongoBulkWriteError && error.errorResponse instanceof MongoError ? error.errorResponse : error;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof MongoServerSelectionError) return unreachable(error);
  // Of a bulk write the message of its first error; its own may be as long as the documents.
  const message = (error instanceof MongoBulkWriteError ? firstOf(error) : error.message)
    .replace(/ to execute command .*$/s, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, 500);
  const code = codeOf(error);
  if (code === 0) return message;
  return `${message} (${code})${ADVICE[code] === undefined ? '' : `: ${ADVICE[code]}`}`;
}

/** What keeps each server of a deployment from being used; the driver says just how long it has waited. */
function unreachable(error: MongoServerSelectionError): string {
  const servers = [...(error.reason?.servers.values() ?? [])];
  const reasons = servers.flatMap((server) => (server.error === null ? [] : [reasonOf(server.address, describe(server.error))]));
  return reasons.length === 0 ? `no server that takes writes was found: ${error.message}` : [...new Set(reasons)].join(', ');
}

function reasonOf(address: string, message: string): string {
  if (/timed out/.test(message)) return `${address} doesn't answer`;
  if (/connection .* closed$/.test(message)) return `${address} closes connections at once: is it a MongoDB server, and does it want tls=true?`;
  return message;
}

function firstOf(error: MongoBulkWriteError): string {
  const [first] = [error.writeErrors].flat();
  return first?.errmsg ?? error.message;
}
