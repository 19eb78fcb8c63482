import { FatalError, InvalidInput, RetryableError } from '../../model/errors.ts';

/** A connection that broke, or that couldn't be made. */
export class LostConnection extends Error {
  override name = 'LostConnection';

  /** What the driver fails with where the server hasn't said so itself. */
  static from(error: unknown): unknown {
    return isServerError(error) || error instanceof LostConnection ? error : new LostConnection(describe(error), { cause: error });
  }
}

/** What the driver says of some things, and what it means. */
const DRIVERS_WORDS: [string, string][] = [
  ['timeout expired', 'no answer within 10 seconds'],
  ['client password must be', 'the server asks for a password, and none was given'],
];

/** What to do about some errors. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const ADVICE: Record<string, string> = {
  '25006': 'is it a standby?',
  '2BP01': 'drop it first',
  '42501': 'give the user the rights that docs/postgresql.md names',
  '42703': "run 'org-sync migrate up' on this database",
  '42P01': "run 'org-sync migrate up' on this database",
  '42P07': "org-sync didn't make it; use another database or schema",
  '53100': "free some space on the server's disk",
  '54000': 'no entry of an index may have more than about 2,700 bytes, and a text in the repository is longer',
};

/**
 * Classes and codes of what passes without anybody changing data or program: connections, transactions that got in each
 * other's way or took longer than they may, resources, locks, an operator's intervention (a restart), trouble of the
 * system's, a server that follows another.
 */
const PASSING = /^(08|40|53|55|57|58|25006|25P03|25P04)/;

/** Log-in and rights, data and names that the server refuses, what hangs on a table, a trigger's refusal, limits, damaged data. */
const LASTING = /^(0A|22|23|28|2B|3D|3F|42|54|F0|P0|XX001|XX002)/;

/** An error of PostgreSQL's while working on a database, as one that says whether to try again; any other as it is. */
export function translate(error: unknown, name: string): unknown {
  const message = `database ${name}: ${describe(error)}`;
  if (error instanceof LostConnection) return new RetryableError(message, { cause: error });
  if (!isServerError(error)) return error;
  if (PASSING.test(error.code)) return new RetryableError(message, { cause: error });
  if (LASTING.test(error.code)) return new FatalError(message, { cause: error });
  return error;
}

/** The same while opening it: what keeps a database from being used at all has to be mended before work starts. */
export function translateOpening(error: unknown, name: string): unknown {
  if (error instanceof InvalidInput) return error;
  const translated = translate(error, name);
  if (!(translated instanceof FatalError || translated instanceof RetryableError)) return error;
  return new InvalidInput([`database ${name} can't be used: ${describe(translated.cause)}`]);
}

/** Whether rows that couldn't be copied may still be upserted: one of them is there, or (0A000) row-level security is on. */
export function mayUpsertInstead(error: unknown): boolean {
  return isServerError(error) && (error.code === '23505' || error.code === '0A000');
}

/** Whether a lock wasn't to be had within the time that the transaction allows. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof RetryableError && isServerError(error.cause) && error.cause.code === '55P03';
}

/** An error that the server has sent; the ORM makes others of them, with the same properties. */
function isServerError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';
}

function describe(error: unknown): string {
  // Of several addresses each has an error of its own, and the error as a whole no message.
  if (error instanceof AggregateError) return [...new Set(error.errors.map(describe))].join(', ');
  if (!(error instanceof Error)) return String(error);
  if (!isServerError(error)) return DRIVERS_WORDS.find(([words]) => error.message.includes(words))?.[1] ?? error.message;
  const advice = ADVICE[error.code];
  return `${error.message.replaceAll(/\s*\n\s*/g, ' ')} (${error.code})${advice === undefined ? '' : `: ${advice}`}`;
}
