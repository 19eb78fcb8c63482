import { gitOutput, gitText } from './process.ts';
import type { GitRepository } from './repository.ts';
import { NEWLINE, split } from './split.ts';

/** Which commits a walk takes in. */
export interface Range {
  /** Commits from which everything reachable is taken … */
  from: readonly string[];
  /** … except what these reach. */
  not?: readonly string[];
  /** Only commits whose committer time isn't before this one, whatever the order of times. */
  since?: Date | undefined;
  /** Maximum number of commits. */
  limit?: number | undefined;
  /** Only merges. */
  merges?: boolean;
}

/** Times in a commit-graph have only 34 bits, so writing one could change the order of a list. */
const CONFIG = ['core.commitGraph=false'];

/**
 * Hashes of a range's commits in git's own order (newest first), in groups; the same list each time.
 * Memory doesn't grow with the range.
 */
export async function* listCommits(repository: GitRepository, range: Range): AsyncGenerator<string[]> {
  if (range.from.length === 0) return;
  const since = range.since === undefined ? undefined : BigInt(Math.ceil(range.since.getTime() / 1000));
  const args = ['rev-list', '--stdin', ...(range.merges === true ? ['--merges'] : [])];
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  if (since !== undefined) {
    // git's own --since stops at the first older commit.
    args.push('--timestamp');
  } else if (range.limit !== undefined) {
    args.push(`--max-count=${range.limit}`);
  }
  for await (const lines of split(gitOutput(repository, args, { input: [revisions(range)], config: CONFIG }), NEWLINE)) {
    let hashes = lines.map((line) => line.toString('latin1'));
    if (since !== undefined) hashes = hashes.filter((line) => committerTime(line) >= since).map((line) => String(line.split(' ')[1]));
    if (hashes.length > left) hashes = hashes.slice(0, left);
    left -= hashes.length;
    if (hashes.length > 0) yield hashes;
    if (left === 0) return;
  }
}

/** How many commits {@link listCommits} lists. */
export async function countCommits(repository: GitRepository, range: Range): Promise<number> {
  if (range.from.length === 0) return 0;
  if (range.since === undefined) {
    const args = ['rev-list', '--count', '--stdin', ...(range.merges === true ? ['--merges'] : [])];
    if (range.limit !== undefined) args.push(`--max-count=${range.limit}`);
    return Number(await gitText(repository, args, { input: [revisions(range)], config: CONFIG }));
  }
  let count = 0;
  for await (const hashes of listCommits(repository, range)) count += hashes.length;
  return count;
}

/** First-parent chain from a commit down to its root, in groups. */
export async function* firstParents(repository: GitRepository, from: string): AsyncGenerator<string[]> {
  for await (const lines of split(gitOutput(repository, ['rev-list', '--first-parent', from]), NEWLINE)) {
    yield lines.map((line) => line.toString('latin1'));
  }
}

function revisions(range: Range): string {
  return [...range.from, ...(range.not ?? []).map((hash) => `^${hash}`)].map((line) => `${line}\n`).join('');
}

/** `rev-list --timestamp` prints times before 1970, which git reads as unsigned, 2^64 too high. */
function committerTime(line: string): bigint {
  return BigInt.asIntN(64, BigInt(line.slice(0, line.indexOf(' '))));
}
