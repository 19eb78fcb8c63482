import { z } from 'zod';
import { AnswerTooLarge, HostRefusal } from '../../../http/errors.ts';
import { RetryableError } from '../../../model/errors.ts';
import { type SkippedItem, skippedItem, skippedReason } from '../../skipped.ts';

/** A pull request that couldn't be read, as a stage's cursor keeps it between attempts of the activity. */
export const failedItem = z.object({ ...skippedItem.shape, attempts: z.int() });

export type FailedItem = z.infer<typeof failedItem>;

/** Attempts after which an item is skipped. */
const MAX_ATTEMPTS = 3;

/** Items that a run skips at most. Where more fail, the host is the cause, and the stage waits for it. */
const MAX_SKIPPED = 30;

/** Milliseconds before the next attempt, times the number of attempts so far. */
const PAUSE = 5_000;

/**
 * Pull requests that can't be read while others can. One that fails is set aside, so that it doesn't hold back those
 * after it. Each attempt of the activity tries it once more, and in the end the run skips it. A failure counts against
 * an item only if the host answers another request right after it.
 */
export class ItemFailures {
  readonly #items: Map<number, FailedItem>;
  readonly #failedNow = new Set<number>();
  readonly #checkAnswering: () => Promise<unknown>;

  /**
   * @param items As an earlier attempt left them.
   * @param checkAnswering Asks the host for something that none of the items is part of.
   */
  constructor(items: readonly FailedItem[], checkAnswering: () => Promise<unknown>) {
    this.#items = new Map(items.map((item) => [item.number, item]));
    this.#checkAnswering = checkAnswering;
  }

  /** What the next run starts from: items that the last one skipped get one attempt. */
  static ofSkipped(items: readonly SkippedItem[]): FailedItem[] {
    return items.map((item) => ({ ...item, attempts: MAX_ATTEMPTS - 1 }));
  }

  /** Items that have failed, for the cursor. */
  get items(): FailedItem[] {
    return [...this.#items.values()];
  }

  /** Numbers of the items that this attempt is still to try. */
  get due(): number[] {
    return [...this.#items.keys()].filter((number) => !this.#isPassedOver(number));
  }

  /** Whether an item has failed in this attempt, or has no attempts left in this run. */
  #isPassedOver(number: number): boolean {
    return this.#failedNow.has(number) || (this.#items.get(number)?.attempts ?? 0) >= MAX_ATTEMPTS;
  }

  /**
   * Runs one request, or several, for one item.
   * @returns undefined if the item failed, now or earlier in this attempt, or is skipped by this run.
   * @throws What isn't the item's fault: limits, a host that doesn't answer, more than {@link MAX_SKIPPED} items.
   */
  async attempt<T>(number: number, request: () => Promise<T>): Promise<T | undefined> {
    if (this.#isPassedOver(number)) return undefined;
    try {
      return await request();
    } catch (error) {
      if (!isItemFailure(error)) throw error;
      await this.#checkAnswering();
      const before = this.#items.get(number);
      if (before === undefined && this.#items.size >= MAX_SKIPPED) throw error;
      const attempts = isLasting(error) ? MAX_ATTEMPTS : (before?.attempts ?? 0) + 1;
      this.#items.set(number, { number, attempts, reason: skippedReason(error) });
      this.#failedNow.add(number);
      return undefined;
    }
  }

  /** Notes that an item was read, or is gone. */
  settle(number: number): void {
    this.#items.delete(number);
  }

  /**
   * To be called once all else has been read and its cursor been handed over.
   * @throws RetryableError if an item has attempts left.
   */
  assertExhausted(): void {
    const [open] = this.items.filter(({ attempts }) => attempts < MAX_ATTEMPTS);
    if (open === undefined) return;
    throw new RetryableError(`pull request ${open.number}: ${open.reason}`, { retryAt: new Date(Date.now() + open.attempts * PAUSE) });
  }
}

/** Whether a failure may be that of an item, and not of its host. */
export function isItemFailure(error: unknown): boolean {
  return isLasting(error) || (error instanceof RetryableError && error.retryAt === undefined);
}

/** Whether an item fails for as long as it is what it is. Refusals of a token or of a whole API have classes of their own. */
function isLasting(error: unknown): boolean {
  return error instanceof AnswerTooLarge || (error instanceof HostRefusal && error.name === 'HostRefusal');
}
