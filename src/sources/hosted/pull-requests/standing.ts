import type { PullRequestRecord } from '../../../model/records.ts';

/** What tells whether a pull request is still what it was. */
export type Standing = Pick<PullRequestRecord, 'state' | 'updatedAt'>;

export function isSame(one: Standing | undefined, other: Standing | undefined): boolean {
  return one?.state === other?.state && one?.updatedAt?.getTime() === other?.updatedAt?.getTime();
}

export function groupsOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
