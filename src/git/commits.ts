import { type Commit, type ParsedCommit, parseCommit } from './commit.ts';
import { readObjects } from './objects.ts';
import { readCommitTexts, withText } from './reencode.ts';
import type { GitRepository } from './repository.ts';

/** A group ends when it holds so much: messages may be long. */
const COMMITS_PER_GROUP = 2_000;
const BYTES_PER_GROUP = 4_000_000;

/** A commit and its hash. */
export interface HashedCommit {
  hash: string;
  commit: Commit;
}

/** Commits in the order of their hashes, in groups of bounded size. */
export async function* readCommits(repository: GitRepository, hashes: AsyncIterable<string[]>): AsyncGenerator<HashedCommit[]> {
  let group: { hash: string; commit: ParsedCommit }[] = [];
  let bytes = 0;
  for await (const { hash, size, content } of readObjects(repository, hashes)) {
    group.push({ hash, commit: parseCommit(content) });
    bytes += size;
    if (group.length < COMMITS_PER_GROUP && bytes < BYTES_PER_GROUP) continue;
    yield await decoded(repository, group);
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield await decoded(repository, group);
}

async function decoded(repository: GitRepository, group: readonly { hash: string; commit: ParsedCommit }[]): Promise<HashedCommit[]> {
  const encoded = group.filter(({ commit }) => commit.isEncoded).map(({ hash }) => hash);
  if (encoded.length === 0) return [...group];
  const texts = await readCommitTexts(repository, encoded, true);
  return group.map(({ hash, commit }) => {
    const text = texts.get(hash);
    return { hash, commit: text === undefined ? commit : withText(commit, text) };
  });
}
