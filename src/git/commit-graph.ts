import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runGroupedToSuccess } from './group.ts';
import type { GitRepository } from './repository.ts';

/**
 * Writes (or extends) a commit-graph with changed-path filters, which lets blame pass over commits that don't
 * touch its file. Just a help: everything reads the same without.
 */
export async function writeCommitGraph(repository: GitRepository, tips: readonly string[]): Promise<void> {
  // A process that was killed leaves its lock; of one repository of ours one run at a time is under way.
  await rm(join(repository.gitDir, 'objects', 'info', 'commit-graphs', 'commit-graph-chain.lock'), { force: true });
  // The usual generation numbers are made from commit times; with times before 1970, git 2.39 counts for ever.
  const config = ['commitGraph.generationVersion=1'];
  const args = ['commit-graph', 'write', '--stdin-commits', '--changed-paths', '--split', '--no-progress'];
  await runGroupedToSuccess({ ...repository, args, config, input: tips.map((tip) => `${tip}\n`).join('') });
}
