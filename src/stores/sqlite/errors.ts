import { dirname } from 'node:path';
import { FatalError, InvalidInput, RetryableError } from '../../model/errors.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html */
const RESULT = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  NOTADB: 26,
} as const;

/** The file at the path is no longer the one that was opened: what was written into that one is of no use to anybody. */
export class ReplacedDatabase extends RetryableError {
  override name = 'ReplacedDatabase';

  constructor(path: string) {
    super(`database ${path} was deleted or replaced during the run, which starts over with the file that is there now`);
  }
}

/** Whether another connection was in the way. PROTOCOL is one that stood still while it began or mended the log. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === RESULT.BUSY || code === RESULT.LOCKED || code === RESULT.PROTOCOL;
}

/** An error of SQLite's while working on the database at `path`, as one that says whether to try again; any other as it is. */
export function translate(error: unknown, path: string): unknown {
  const message = `database ${path}: ${describe(error)}`;
  switch (resultCode(error)) {
    case RESULT.BUSY:
    case RESULT.LOCKED:
      return new RetryableError(`${message} by another process for 30 seconds`, { cause: error });
    case RESULT.PROTOCOL:
      return new RetryableError(`${message}: another process has kept it from being opened for 30 seconds`, { cause: error });
    case RESULT.FULL:
      return new RetryableError(`${message}; free some space on the disk that holds ${dirname(path)}`, { cause: error });
    // Once a database is open, these come from its file system: one that turned read-only, or has no room for the log's index.
    case RESULT.IOERR:
    case RESULT.PERM:
    case RESULT.READONLY:
    case RESULT.CANTOPEN:
      return new RetryableError(`${message}; check the disk that holds ${dirname(path)}: its free space, and whether it can be written to`, { cause: error });
    case RESULT.CORRUPT:
    case RESULT.NOTADB:
      return new FatalError(message, { cause: error });
    default:
      return error;
  }
}

/** The same while opening it: whatever keeps a file from being used for good is a wrong choice of file. */
export function translateOpening(error: unknown, path: string): unknown {
  const translated = translate(error, path);
  if (translated === error || isBusy(error)) return translated;
  return new InvalidInput([`database ${path} can't be used: ${describe(error)}`]);
}

/** Extended codes hold the primary one in their low byte. */
function resultCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
