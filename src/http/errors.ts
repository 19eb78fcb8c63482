import { BAD_TOKEN } from '../model/activities.ts';
import { FatalError, RetryableError } from '../model/errors.ts';

/** The service refused the request with a 4xx status that waiting doesn't fix. */
export class HostRefusal extends FatalError {
  override name = 'HostRefusal';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The service rejected the token: it is wrong, expired or revoked. */
export class BadToken extends HostRefusal {
  override name = BAD_TOKEN;

  constructor(message: string) {
    super(message, 401);
  }
}

/** The response exceeds the size limit. */
export class AnswerTooLarge extends FatalError {
  override name = 'AnswerTooLarge';
}

/** The error of a request that can't be made smaller: a response that is too large stays too large. */
export function unwrapTooLarge(error: unknown): unknown {
  return error instanceof TooMuch && error.cause instanceof AnswerTooLarge ? error.cause : error;
}

/** The request took the service too long or cost too much; a smaller one may succeed. */
export class TooMuch extends RetryableError {
  override name = 'TooMuch';
}
