import { FatalError } from '../../model/errors.ts';

/** The service answered, and won't do what was asked: a status of 4xx that waiting doesn't mend. */
export class HostRefusal extends FatalError {
  override name = 'HostRefusal';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The answer is larger than is read. */
export class AnswerTooLarge extends FatalError {
  override name = 'AnswerTooLarge';
}
