import { TooMuch, unwrapTooLarge } from '../../../http/errors.ts';

/** Successful responses in a row after which the page size grows again. */
const GOOD_IN_A_ROW = 4;

/**
 * Adapts the page size. GitHub aborts queries after ten seconds and charges for them all the same: then the size shrinks,
 * and it grows again after some successful responses.
 * @see https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export class PageSizes<Size> {
  readonly #sizes: readonly Size[];
  #at = 0;
  #good = 0;

  /** @param sizes From the largest to the smallest. */
  constructor(sizes: readonly Size[]) {
    this.#sizes = sizes;
  }

  /**
   * Sends a request with smaller and smaller sizes until GitHub answers it.
   * @param isForLess Whether less may help against another error than TooMuch.
   * @throws What the smallest request throws; AnswerTooLarge if that is the reason.
   */
  async ask<Answer>(request: (size: Size) => Promise<Answer>, isForLess: (error: unknown) => Promise<boolean>): Promise<Answer> {
    for (;;) {
      try {
        const answer = await request(this.#sizes[this.#at] as Size);
        this.#good += 1;
        if (this.#good >= GOOD_IN_A_ROW) this.#move(-1);
        return answer;
      } catch (error) {
        if (this.#at === this.#sizes.length - 1) throw unwrapTooLarge(error);
        if (!(error instanceof TooMuch) && !(await isForLess(error))) throw error;
        this.#move(1);
      }
    }
  }

  #move(by: 1 | -1): void {
    this.#at = Math.max(0, this.#at + by);
    this.#good = 0;
  }
}
