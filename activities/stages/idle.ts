/** Yielded in place of an item that takes long to come. */
export const IDLE = Symbol('idle');

/**
 * Yields the items of `source`, and {@link IDLE} each time that the next one takes longer than `ms`, so that what came
 * before it can be written. Ends the source when the reader stops early, without waiting for an item that is under way.
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
    // After an early end nobody is left to hear why the item under way failed.
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
