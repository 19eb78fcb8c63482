import type { z } from 'zod';
import { type HashedCommit, readCommits } from '../../src/git/commits.ts';
import { countCommits, listCommits } from '../../src/git/history.ts';
import { type CommitPlan, planCommits, selectionSchema } from '../../src/providers/selection.ts';
import { describeSkipped, skippedCommitsCursor, skippedFields } from '../../src/providers/skipped.ts';
import type { Batch, StageContext } from '../../src/providers/stage.ts';
import type { CommitRecord } from '../../src/schema/git-commits.ts';
import { listPosition, resumePosition, skipItems } from './positions.ts';
import { readRefs } from './refs.ts';
import type { StageModule } from './stage-module.ts';

const { skippedCommits } = skippedFields;
const position = listPosition.extend({ skippedCommits });
const saved = selectionSchema.extend({ skippedCommits });

type Position = z.infer<typeof position>;
type Saved = z.infer<typeof saved>;
type Context = StageContext<Position, Saved>;

/** Refs, and commits. Commits that are too large to be stored are skipped. */
export const commitsStage = {
  name: 'commits',
  tables: ['git_refs', 'git_commits'],
  reads: 'git',
  cursor: { version: 1, position, saved },
  probe: 'git',
  hasUnfinishedWork: (state) => state.unfinishedTips !== undefined || describeSkipped(state) !== undefined,
  describeSkipped,
  plan: (context) => planCommits(context, 'git_commits'),
  read: readRefsAndCommits,
} satisfies StageModule<Position, Saved, CommitPlan>;

async function* readRefsAndCommits(context: Context, plan: CommitPlan): AsyncGenerator<Batch<Position>, Saved> {
  const { git, repository } = context;
  const total = await countCommits(git, plan.added);
  let position = resumePosition(context.cursor, plan.incremental);
  // A skipped commit stays named as long as it's reachable.
  const skipped = new Set((position > 0 ? context.cursor : plan.incremental ? context.previous?.cursor : undefined)?.skippedCommits);
  const batch = (changes: Batch['changes']): Batch<Position> => {
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

  for await (const commits of readCommits(git, skipItems(listCommits(git, plan.added), position))) {
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
