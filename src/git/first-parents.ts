import { firstParents } from './history.ts';
import { gitText } from './process.ts';
import type { GitRepository } from './repository.ts';

/**
 * Finds the newest commit that lies on the first-parent chains of both commits.
 * @returns null if there is none.
 */
export async function findFirstParentMergeBase(repository: GitRepository, one: string, other: string): Promise<string | null> {
  if (one === other) return one;
  // Nearly always one descends from the other: then only the new commits are walked.
  const grown = await gitText(repository, ['rev-list', '--first-parent', '--parents', one, `^${other}`]);
  const oldest = grown.trimEnd().split('\n').at(-1) ?? '';
  if (oldest.split(' ')[1] === other) return other;

  const chain = new Set<string>();
  for await (const hashes of firstParents(repository, other)) for (const hash of hashes) chain.add(hash);
  for await (const hashes of firstParents(repository, one)) {
    const met = hashes.find((hash) => chain.has(hash));
    if (met !== undefined) return met;
  }
  return null;
}
