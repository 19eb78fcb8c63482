/** Items by so many. */
export function* groupsOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let begin = 0; begin < items.length; begin += size) yield items.slice(begin, begin + size);
}
