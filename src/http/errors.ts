import { BAD_TOKEN } from '../model/activities.ts';
import { FatalError, RetryableError } from '../model/errors.ts';

/** The service answered, and won't do what was asked: a status of 4xx that waiting doesn't mend. */
export class HostRefusal extends FatalError {
  override name = 'HostRefusal';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Nothing can be asked with this token any more: it's wrong, expired or revoked. */
export class BadToken extends HostRefusal {
  override name = BAD_TOKEN;

  constructor(message: string) {
    super(message, 401);
  }
}

/** The answer is larger than is read. */
export class AnswerTooLarge extends FatalError {
  override name = 'AnswerTooLarge';
}

/** What a request fails with that can't be asked for less: an answer that is too large stays so. */
export function unwrapTooLarge(error: unknown): unknown {
  return error instanceof TooMuch && error.cause instanceof AnswerTooLarge ? error.cause : error;
}

/** The answer took the service too long, or cost too much: ask for less. */
export class TooMuch extends RetryableError {
  override name = 'TooMuch';
}
