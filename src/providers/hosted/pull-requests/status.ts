import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';

/** What tells whether a pull request is still what it was. */
export type Standing = Pick<PullRequestRecord, 'state' | 'updatedAt'>;

export function isSame(one: Standing | undefined, other: Standing | undefined): boolean {
  return one?.state === other?.state && one?.updatedAt?.getTime() === other?.updatedAt?.getTime();
}
