/** Yielded instead of an item that isn't there yet. */
export const IDLE = Symbol('idle');

/**
 * Yields the items of `source`, and {@link IDLE} whenever the next one takes longer than `ms`, so that earlier ones can be
 * written. Closes the source when the consumer stops early, without waiting for the pending item.
 */
export async function* withIdle<Item>(source: AsyncIterable<Item>, ms: number): AsyncGenerator<Item | typeof IDLE> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const result = await nextOrIdle(next, ms);
      if (result === IDLE) {
        yield IDLE;
        continue;
      }
      if (result.done === true) return;
      yield result.value;
      next = iterator.next();
    }
  } finally {
    // After an early stop nobody receives the pending item's failure.
    next.catch(() => undefined);
    iterator.return?.().catch(() => undefined);
  }
}

async function nextOrIdle<Result>(next: Promise<Result>, ms: number): Promise<Result | typeof IDLE> {
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<typeof IDLE>((resolve) => {
    timer = setTimeout(resolve, ms, IDLE);
  });
  try {
    return await Promise.race([next, idle]);
  } finally {
    clearTimeout(timer);
  }
}
