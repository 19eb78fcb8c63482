import type { CommitRecord } from '../../../src/schema/git-commits.ts';
import { git, gitText } from '../git.ts';
import { type CommitObject, parseCommit } from './commit-object.ts';
import { byKey, type OracleOptions, type Plain, readObjects, text, withPlain } from './plain.ts';

/** The commits that a sync is about, parsed, by their hash. */
export function selectCommits(plain: Plain, { allBranches = false }: OracleOptions): Map<string, CommitObject> {
  // A branch may name an object that isn't there; of the others that aren't commits rev-list takes no notice.
  const branches = allBranches ? readObjects(plain, new Set(plain.branches)).keys() : [];
  const tips = [plain.head ?? [], ...branches].flat();
  // rev-list of nothing would be an error.
  if (tips.length === 0) return new Map();
  const hashes = gitText(plain.dir, ['rev-list', '--stdin'], { input: `${tips.join('\n')}\n` })
    .split('\n')
    .filter(Boolean);
  return readCommits(plain, hashes);
}

/** Those of the objects that are there and commits. */
export function readCommits(plain: Plain, hashes: Iterable<string>): Map<string, CommitObject> {
  const commits = [...readObjects(plain, hashes)].filter(([, { type }]) => type === 'commit');
  return new Map(
    commits.map(([hash, { body }]) => {
      const { encoding, ...commit } = parseCommit(body);
      return [hash, /^(utf-?8)?$/i.test(encoding) ? commit : reencoded(plain, hash, commit)];
    }),
  );
}

/** The commit with the text that git prints for it. */
function reencoded(plain: Plain, hash: string, { author, committer, parents }: CommitObject): CommitObject {
  const printed = text(git(plain.dir, ['log', '-1', '--encoding=UTF-8', '--format=format:%an%n%ae%n%cn%n%ce%n%B', hash]));
  const [authorName = '', authorEmail = '', committerName = '', committerEmail = '', ...message] = printed.split('\n');
  return {
    parents,
    author: { ...author, name: authorName, email: authorEmail },
    committer: { ...committer, name: committerName, email: committerEmail },
    message: message.join('\n'),
  };
}

/** Rows of git_commits, sorted by hash. Parents are those of the object, also where a shallow clone has them not. */
export async function expectedCommits(dir: string, options: OracleOptions): Promise<CommitRecord[]> {
  return withPlain(dir, (plain) => {
    const rows = [...selectCommits(plain, options)].map(([hash, commit]) => ({
      repoId: options.repoId,
      hash,
      message: commit.message,
      authorName: commit.author.name,
      authorEmail: commit.author.email,
      authorWhen: commit.author.when,
      committerName: commit.committer.name,
      committerEmail: commit.committer.email,
      committerWhen: commit.committer.when,
      parents: commit.parents.length,
    }));
    return byKey(rows, 'hash');
  });
}
