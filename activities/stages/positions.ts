/** Leaves out the first `count` items of a list that comes in groups. */
export async function* skip<T>(groups: AsyncIterable<T[]>, count: number): AsyncGenerator<T[]> {
  let left = count;
  for await (const group of groups) {
    if (left < group.length) yield left === 0 ? group : group.slice(left);
    left = Math.max(0, left - group.length);
  }
}
