import { type Commit, type ParsedCommit, parseCommit } from './commit.ts';
import { readObjects } from './objects.ts';
import { readCommitTexts, withText } from './reencode.ts';
import type { GitRepository } from './repository.ts';

/** A group is full at either limit: messages may be long. */
const COMMITS_PER_GROUP = 2_000;
const BYTES_PER_GROUP = 4_000_000;

/** Bytes of a commit object, and of its text in UTF-8, that every database can hold: MongoDB's documents end at 16 MiB. */
export const MAX_COMMIT_BYTES = 16_000_000;

/** A commit and its hash. */
export interface HashedCommit {
  hash: string;
  commit: Commit;
  /** Whether it has more than {@link MAX_COMMIT_BYTES}; then its text is cut. */
  isTooLarge: boolean;
}

type Read = HashedCommit & { commit: ParsedCommit };

/** Commits in the order of their hashes, in groups of bounded size. */
export async function* readCommits(repository: GitRepository, hashes: AsyncIterable<string[]>): AsyncGenerator<HashedCommit[]> {
  let group: Read[] = [];
  let bytes = 0;
  for await (const { hash, size, content } of readObjects(repository, hashes, MAX_COMMIT_BYTES)) {
    group.push({ hash, commit: parseCommit(content), isTooLarge: size > content.length });
    bytes += content.length;
    if (group.length < COMMITS_PER_GROUP && bytes < BYTES_PER_GROUP) continue;
    yield await decoded(repository, group);
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield await decoded(repository, group);
}

async function decoded(repository: GitRepository, group: readonly Read[]): Promise<HashedCommit[]> {
  const encoded = group.filter(({ commit, isTooLarge }) => commit.isEncoded && !isTooLarge).map(({ hash }) => hash);
  const texts = await readCommitTexts(repository, encoded, true);
  return group.map(({ hash, commit: parsed, isTooLarge }) => {
    const text = texts.get(hash);
    const commit = text === undefined ? parsed : withText(parsed, text);
    return { hash, commit, isTooLarge: isTooLarge || textBytes(commit) > MAX_COMMIT_BYTES };
  });
}

/** A byte that isn't valid UTF-8 takes three in the text, so the text may be larger than the object. */
function textBytes({ author, committer, message }: Commit): number {
  const texts = [message, author.name, author.email, committer.name, committer.email];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);
}
