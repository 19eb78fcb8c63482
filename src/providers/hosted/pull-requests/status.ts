import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';

/** What tells whether a pull request is still what it was. */
export type PullRequestStatus = Pick<PullRequestRecord, 'state' | 'updatedAt'>;

export function isSameStatus(one: PullRequestStatus | undefined, other: PullRequestStatus | undefined): boolean {
  return one?.state === other?.state && one?.updatedAt?.getTime() === other?.updatedAt?.getTime();
}
