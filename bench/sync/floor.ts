import { availableParallelism } from 'node:os';
import { GIT_ENVIRONMENT, gitText } from '../support/git.ts';
import { start } from '../support/run.ts';
import { type Timing, timed } from '../support/timing.ts';
import { blamedFiles } from './blamed-files.ts';
import type { RepositoryCopy } from './copy.ts';

/** What git itself has to do to read a repository's history, as parts to run one after another. */
export interface Floor {
  /** Commits that are read. */
  commits: number;
  /** Files that are blamed. */
  files: number;
  /** Times each part. */
  measure(): Promise<FloorTimings>;
}

/** What each part takes. */
export interface FloorTimings {
  log: Timing;
  numstat: Timing;
  blame: Timing;
}

const LOG = ['log', '--no-walk=unsorted', '--stdin', '--format=raw'];
const NUMSTAT = ['diff-tree', '--stdin', '-r', '--root', '-M50%', '-l0', '--diff-merges=first-parent', '--numstat', '-z'];
/** What is cheapest: nothing has to be sorted, and no text is printed. */
const BLAME = ['blame', '--incremental'];

/**
 * Lists what is to be read; the listing isn't part of the floor. Each part runs in as many git processes at once as there are
 * cores, and what they print goes nowhere.
 */
export async function planFloor(copy: RepositoryCopy): Promise<Floor> {
  const { head, gitDir, signal } = copy;
  const processes = availableParallelism();
  const commits = (await gitText(copy, ['rev-list', head])).split('\n');
  const files = await blamedFiles(copy, head);
  const git = [`--git-dir=${gitDir}`];
  const options = { env: GIT_ENVIRONMENT, signal };
  const overCommits = (args: readonly string[]) =>
    Promise.all(parts(commits, processes).map((part) => start('git', [...git, ...args], { ...options, input: `${part.join('\n')}\n` }).ended));
  const overFiles = () => {
    const input = Buffer.concat(files.flatMap((path) => [path, Buffer.of(0)]));
    return start('xargs', ['-0', '-n', '1', '-P', `${processes}`, 'git', ...git, ...BLAME, head, '--'], { ...options, input }).ended;
  };
  return {
    commits: commits.length,
    files: files.length,
    measure: async () => ({
      log: await timed(() => overCommits(LOG)),
      numstat: await timed(() => overCommits(NUMSTAT)),
      blame: await timed(overFiles),
    }),
  };
}

/** A list cut into so many stretches. */
function parts<T>(list: readonly T[], count: number): T[][] {
  const size = Math.ceil(list.length / count);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size)).filter((part) => part.length > 0);
}
