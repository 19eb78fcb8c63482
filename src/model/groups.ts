/** Splits items into groups of `size`. */
export function* groupsOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let begin = 0; begin < items.length; begin += size) yield items.slice(begin, begin + size);
}

/** Yields the items of groups one by one. */
export async function* itemsOf<Item>(groups: AsyncIterable<readonly Item[]>): AsyncGenerator<Item> {
  for await (const group of groups) yield* group;
}
