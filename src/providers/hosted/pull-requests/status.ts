import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';

/** The part of a pull request that shows whether it has changed. */
export type PullRequestStatus = Pick<PullRequestRecord, 'state' | 'updatedAt'>;

export function isSameStatus(one: PullRequestStatus | undefined, other: PullRequestStatus | undefined): boolean {
  return one?.state === other?.state && one?.updatedAt?.getTime() === other?.updatedAt?.getTime();
}
