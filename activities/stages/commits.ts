import { type HashedCommit, readCommits as readCommitObjects } from '../../src/git/commits.ts';
import { countCommits, listCommits } from '../../src/git/history.ts';
import { planCommits } from '../../src/providers/selection.ts';
import { skippedCommits, skippedCommitsCursor } from '../../src/providers/skipped.ts';
import type { Batch, Cursor, StageContext } from '../../src/providers/stage.ts';
import type { CommitRecord } from '../../src/schema/git-commits.ts';
import { resumePosition, skipItems } from './positions.ts';
import { readRefs } from './refs.ts';

/**
 * Refs and commits. Cursor: `position` in the list of commits to take in, see {@link resumePosition}, and the commits that were too
 * large to be stored.
 */
export async function* readCommits(context: StageContext): AsyncGenerator<Batch, Cursor> {
  const { git, repository } = context;
  const plan = await planCommits(context, 'git_commits');
  const total = await countCommits(git, plan.added);
  let position = resumePosition(context, plan.incremental);
  // What a run skipped stays named for as long as the commit is reachable.
  const skipped = new Set(skippedCommits(position > 0 ? context.cursor : plan.incremental ? context.previous?.cursor : undefined));
  const batch = (changes: Batch['changes']): Batch => {
    const cursor = { position, incremental: plan.incremental, ...skippedCommitsCursor(skipped) };
    return { changes, cursor, done: position, total };
  };

  if (position === 0) {
    yield batch([{ table: 'git_refs', partition: { repoId: repository.id }, rows: await readRefs(context) }]);
    for await (const hashes of plan.removed) {
      for (const hash of hashes) skipped.delete(hash);
      yield batch([{ table: 'git_commits', delete: hashes.map((hash) => ({ repoId: repository.id, hash })) }]);
    }
  }

  for await (const commits of readCommitObjects(git, skipItems(listCommits(git, plan.added), position))) {
    position += commits.length;
    for (const { hash, isTooLarge } of commits) if (isTooLarge) skipped.add(hash);
    const rows = commits.filter(({ isTooLarge }) => !isTooLarge).map((commit) => toRecord(repository.id, commit));
    yield batch([{ table: 'git_commits', upsert: rows }]);
  }
  return { ...plan.selection, ...skippedCommitsCursor(skipped) };
}

function toRecord(repoId: string, { hash, commit }: HashedCommit): CommitRecord {
  const { author, committer, parents, message } = commit;
  return {
    repoId,
    hash,
    message,
    authorName: author.name,
    authorEmail: author.email,
    authorWhen: author.when,
    committerName: committer.name,
    committerEmail: committer.email,
    committerWhen: committer.when,
    parents: parents.length,
  };
}
