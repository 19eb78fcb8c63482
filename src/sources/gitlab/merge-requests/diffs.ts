import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GitError } from '../../../git/error.ts';
import { missingObjects } from '../../../git/objects.ts';
import { gitText } from '../../../git/process.ts';
import type { GitRepository } from '../../../git/repository.ts';
import { stateOf, type ToldMergeRequest } from './rows.ts';

/** What a merge request changes, as `git diff --numstat` counts. */
export interface DiffTotals {
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** The two sides of a merge request, as revisions; what it changes is told from their merge base on. */
interface Sides {
  target: string;
  heads: string[];
}

/**
 * What merge requests change, by number, as far as the clone tells: GitLab's API has no numbers of lines. It lacks those
 * whose commits aren't in the clone (from forks, from branches that were deleted), and those merged without any commit
 * of the merge's own, as nothing says where these began.
 */
export async function diffTotalsOf(git: GitRepository, merges: readonly ToldMergeRequest[]): Promise<Map<number, DiffTotals>> {
  const totals = new Map<number, DiffTotals>();
  // A run of this stage alone makes no clone.
  if (merges.length === 0 || !existsSync(join(git.gitDir, 'HEAD'))) return totals;
  const sides = merges.flatMap((told) => {
    const each = sidesOf(told);
    return each === null ? [] : [{ number: told.iid, ...each }];
  });
  const missing = await missingObjects(
    git,
    sides.flatMap(({ target, heads }) => [target, ...heads].map((revision) => `${revision}^{commit}`)),
  );
  const isThere = (revision: string) => !missing.has(`${revision}^{commit}`);
  for (const { number, target, heads } of sides) {
    const head = heads.find(isThere);
    const counted = head !== undefined && isThere(target) ? await countedBetween(git, target, head) : null;
    if (counted !== null) totals.set(number, counted);
  }
  return totals;
}

function sidesOf({ state, sha, merge_commit_sha, squash_commit_sha, target_branch }: ToldMergeRequest): Sides | null {
  const heads = [sha, squash_commit_sha].filter((each) => typeof each === 'string');
  if (stateOf(state) !== 'merged') return { target: `refs/heads/${target_branch}`, heads };
  const commit = merge_commit_sha ?? squash_commit_sha;
  return commit ? { target: `${commit}^1`, heads } : null;
}

async function countedBetween(git: GitRepository, target: string, head: string): Promise<DiffTotals | null> {
  let text: string;
  try {
    text = await gitText(git, [
      'diff-tree',
      '-r',
      '-M50%',
      '-l0',
      '--numstat',
      '--no-ext-diff',
      '--no-textconv',
      '--merge-base',
      '--end-of-options',
      target,
      head,
    ]);
  } catch (error) {
    // Histories without a common commit, or with several that are as good.
    if (error instanceof GitError && /merge bases? found/.test(error.message)) return null;
    throw error;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const sum = (column: number) => lines.reduce((total, line) => total + (Number(line.split('\t')[column]) || 0), 0);
  return { additions: sum(0), deletions: sum(1), changedFiles: lines.length };
}
