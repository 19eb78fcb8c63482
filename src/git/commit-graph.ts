import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runGroupedToSuccess } from './group.ts';
import type { GitRepository } from './repository.ts';

/**
 * Writes (or extends) a commit-graph with changed-path filters, which lets blame skip commits that don't
 * touch its file. It changes no result, only the time.
 */
export async function writeCommitGraph(repository: GitRepository, tips: readonly string[]): Promise<void> {
  // A killed process leaves its lock behind; only one run at a time works on a repository of ours.
  await rm(join(repository.gitDir, 'objects', 'info', 'commit-graphs', 'commit-graph-chain.lock'), { force: true });
  // The usual generation numbers are made from commit times; with times before 1970, git 2.39 never finishes.
  const config = ['commitGraph.generationVersion=1'];
  const args = ['commit-graph', 'write', '--stdin-commits', '--changed-paths', '--split', '--no-progress'];
  await runGroupedToSuccess({ ...repository, args, config, input: tips.map((tip) => `${tip}\n`).join('') });
}
