import { missingObjects } from '../../../git/objects.ts';
import type { GitRepository } from '../../../git/repository.ts';
import { readStatsBetween } from '../../../git/stats.ts';

/** What a merge request changes, as `git diff --numstat` counts. */
export interface DiffTotals {
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** The two commits that a merge request's diff lies between, in full. */
export interface DiffSides {
  number: number;
  base: string;
  head: string;
}

/**
 * What merge requests change, by number, as GitLab counts the lines that its pages show: `git diff --numstat` between two
 * commits, with renames found at 50%. It lacks those whose commits are nowhere to be had.
 * @param bring Brings commits that the clone lacks, as far as it can: GitLab removes the refs of merge requests some time
 *   after their end, and one may have been pushed to since the clone was fetched.
 * @see https://gitlab.com/gitlab-org/gitaly/-/blob/master/internal/gitaly/service/diff/numstat.go
 */
export async function diffTotalsOf(
  git: GitRepository,
  sides: readonly DiffSides[],
  bring: (hashes: readonly string[]) => Promise<void>,
): Promise<Map<number, DiffTotals>> {
  let missing = await missingCommits(git, sides);
  if (missing.size > 0) {
    await bring([...missing]);
    missing = await missingCommits(git, sides);
  }
  const there = sides.filter(({ base, head }) => !missing.has(base) && !missing.has(head));
  const totals = new Map<number, DiffTotals>();
  let place = 0;
  if (there.length > 0) {
    for await (const { files } of readStatsBetween(git, there)) {
      const number = there[place++]?.number ?? 0;
      const sum = (of: 'additions' | 'deletions') => files.reduce((total, file) => total + file[of], 0);
      totals.set(number, { additions: sum('additions'), deletions: sum('deletions'), changedFiles: files.length });
    }
  }
  return totals;
}

function missingCommits(git: GitRepository, sides: readonly DiffSides[]): Promise<Set<string>> {
  return missingObjects(git, [...new Set(sides.flatMap(({ base, head }) => [base, head]))]);
}
