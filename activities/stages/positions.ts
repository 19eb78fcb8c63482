import type { StageContext } from '../../src/providers/stage.ts';

/**
 * How much of a list an earlier try has done. The clone decides whether the list is of what is new or of all: another
 * worker's may lack what was read last, as after a forced push. A place in the one list says nothing about the other.
 */
export function resumePosition({ cursor }: StageContext, incremental: boolean): number {
  return cursor?.['incremental'] === incremental ? Number(cursor['position']) : 0;
}

/** Leaves out the first `count` items of a list that comes in groups. */
export async function* skipItems<T>(groups: AsyncIterable<T[]>, count: number): AsyncGenerator<T[]> {
  let left = count;
  for await (const group of groups) {
    if (left < group.length) yield left === 0 ? group : group.slice(left);
    left = Math.max(0, left - group.length);
  }
}
