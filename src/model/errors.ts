/**
 * What can go wrong, in two kinds: an error that trying again doesn't mend, and one that it may.
 * Everything else is a bug and is passed on as it is. Messages name what was wrong, which value and
 * what to do; they never hold a secret.
 */

/** Trying again doesn't help: somebody has to change something first. */
export class FatalError extends Error {
  override name = 'FatalError';
}

/** A later try may succeed. */
export class RetryableError extends Error {
  override name = 'RetryableError';
  /** Not before this time, where the other side said so. */
  readonly retryAt: Date | undefined;

  constructor(message: string, options: { retryAt?: Date; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAt = options.retryAt;
  }
}

/** Something outside stopped the work, such as a signal. It says nothing about what was being worked on. */
export class Interrupted extends RetryableError {
  override name = 'Interrupted';
}

/** The request itself is wrong; `problems` lists everything that is. Becomes exit code 2 or a failed workflow. */
export class InvalidInput extends FatalError {
  override name = 'InvalidInput';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** Another run has taken over the stage that this one was writing: it may write nothing more, and starts over. */
export class LeaseLost extends RetryableError {
  override name = 'LeaseLost';

  constructor(stage: string, options: { cause?: unknown } = {}) {
    super(`another run has taken over ${stage} of this repository, as this one hadn't renewed its lease in time; the stage starts over`, options);
  }
}

/** A stage needs the repository's git folder, which isn't as it has to be on this worker: preparing the repository mends it. */
export class NotPrepared extends Error {
  override name = 'NotPrepared';
}

/** The git folder that a stage reads is damaged; preparing the repository makes it anew. */
export class DamagedFolder extends Error {
  override name = 'DamagedFolder';
}

/** The other side takes no more requests until a time. Nobody has to change anything: a timer of the workflow waits. */
export class RateLimited extends Error {
  override name = 'RateLimited';
  readonly until: Date;

  constructor(message: string, until: Date) {
    super(message);
    this.until = until;
  }
}
