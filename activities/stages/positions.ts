import { z } from 'zod';

/** A position in a list of items to read. */
export const listPosition = z.object({
  /** Items that have been read. */
  position: z.int().nonnegative(),
  /** Whether the list holds only what is new. */
  incremental: z.boolean(),
});

/**
 * Returns how many items of a list an earlier attempt has read. The clone decides whether the list holds what is new or
 * everything: another worker's may lack what was read last, as after a forced push. A position in one list says nothing
 * about the other.
 */
export function resumePosition(cursor: z.infer<typeof listPosition> | undefined, incremental: boolean): number {
  return cursor?.incremental === incremental ? cursor.position : 0;
}

/** Leaves out the first `count` items of a list that comes in groups. */
export async function* skipItems<T>(groups: AsyncIterable<T[]>, count: number): AsyncGenerator<T[]> {
  let left = count;
  for await (const group of groups) {
    if (left < group.length) yield left === 0 ? group : group.slice(left);
    left = Math.max(0, left - group.length);
  }
}
