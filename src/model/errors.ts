/**
 * Errors are either fatal or retryable. Every other error is a bug and is rethrown as it is. Messages say what was wrong,
 * which value, and what to do. They never contain a secret.
 */

/** A retry can't succeed until somebody changes something. */
export class FatalError extends Error {
  override name = 'FatalError';
}

/** A retry may succeed. */
export class RetryableError extends Error {
  override name = 'RetryableError';
  /** Earliest time of a retry, if the other side has named one. */
  readonly retryAt: Date | undefined;

  constructor(message: string, options: { retryAt?: Date; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAt = options.retryAt;
  }
}

/** A signal or an abort stopped the work. This says nothing about its subject. */
export class Interrupted extends RetryableError {
  override name = 'Interrupted';
}

/** The request is invalid; `problems` lists everything that is wrong. Becomes exit code 2 or a failed workflow. */
export class InvalidInput extends FatalError {
  override name = 'InvalidInput';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** Another run has taken over the stage that this run was writing. This run may write nothing more, and starts the stage over. */
export class LeaseLost extends RetryableError {
  override name = 'LeaseLost';

  constructor(stage: string, options: { cause?: unknown } = {}) {
    super(`another run has taken over ${stage} of this repository, as this one hadn't renewed its lease in time; the stage starts over`, options);
  }
}

/** The repository isn't prepared on this worker. Preparing it again helps. */
export class NotPrepared extends Error {
  override name = 'NotPrepared';
}

/** The git folder that a stage reads is damaged. Preparing the repository again recreates it. */
export class DamagedFolder extends Error {
  override name = 'DamagedFolder';
}

/** A host accepts no requests until a time. A timer of the workflow waits for it. */
export class RateLimited extends Error {
  override name = 'RateLimited';
  readonly until: Date;

  constructor(message: string, until: Date) {
    super(message);
    this.until = until;
  }
}
