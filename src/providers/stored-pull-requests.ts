import type { PullRequestRecord } from '../schema/git-pull-requests.ts';
import type { StageContext } from './stage.ts';

type Stored = StageContext['stored'];

/** The stored pull requests of a repository that have one of these numbers, in the order of the numbers. */
export function readStoredPullRequests(stored: Stored, repoId: string, numbers: readonly number[]): Promise<PullRequestRecord[]> {
  return stored.select('git_pull_requests', { repoId, number: { in: numbers } });
}

/**
 * Numbers of a repository's stored pull requests, ascending.
 * @param state Only those in this state; all where it's absent.
 */
export async function readStoredNumbers(stored: Stored, repoId: string, state?: PullRequestRecord['state']): Promise<number[]> {
  const rows = await stored.select('git_pull_requests', { repoId, ...(state && { state }) }, ['number']);
  return rows.map(({ number }) => number);
}
