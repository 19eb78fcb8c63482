import type { z } from 'zod';
import { countCommits, listCommits } from '../../src/git/history.ts';
import { type FileStat, readStats } from '../../src/git/stats.ts';
import { type CommitPlan, hasAny, planCommits, selectionSchema } from '../../src/providers/selection.ts';
import type { Batch, StageContext } from '../../src/providers/stage.ts';
import type { CommitStatRecord } from '../../src/schema/git-commit-stats.ts';
import { listPosition, resumePosition, skipItems } from './positions.ts';
import type { StageModule } from './stage-module.ts';

const ROWS_PER_BATCH = 2_000;

type Position = z.infer<typeof listPosition>;
type Saved = z.infer<typeof selectionSchema>;

/** Lines changed per file and commit. */
export const commitStatsStage = {
  name: 'commit-stats',
  tables: ['git_commit_stats'],
  reads: 'git',
  cursor: { version: 1, position: listPosition, saved: selectionSchema },
  probe: 'git',
  hasUnfinishedWork: ({ unfinishedTips }) => unfinishedTips !== undefined,
  plan: (context) => planCommits(context, 'git_commit_stats'),
  read: readCommitStats,
} satisfies StageModule<Position, Saved, CommitPlan>;

async function* readCommitStats(context: StageContext<Position, Saved>, plan: CommitPlan): AsyncGenerator<Batch<Position>, Saved> {
  const { git, repository, processes, stored } = context;
  const total = await countCommits(git, plan.added);
  let position = resumePosition(context.cursor, plan.incremental);
  const batch = (changes: Batch['changes']): Batch<Position> => ({ changes, cursor: { position, incremental: plan.incremental }, done: position, total });

  if (position === 0) {
    for await (const hashes of plan.removed) {
      yield batch([{ table: 'git_commit_stats', delete: hashes.map((commitHash) => ({ repoId: repository.id, commitHash })) }]);
    }
  }

  // A stored commit may have rows of other paths: where a shallow history ended, it had one for each of its files.
  const replaces = !plan.incremental && (await hasAny(stored.keys('git_commit_stats', repository.id)));
  let changes: Batch['changes'] = [];
  let count = 0;
  for await (const commit of readStats(git, skipItems(listCommits(git, plan.added), position), processes)) {
    const rows = commit.files.map((file) => toRecord(repository.id, commit.hash, file));
    const key = { repoId: repository.id, commitHash: commit.hash };
    changes.push(replaces ? { table: 'git_commit_stats', partition: key, rows } : { table: 'git_commit_stats', upsert: rows });
    count += Math.max(1, rows.length);
    position += 1;
    if (count >= ROWS_PER_BATCH) {
      yield batch(changes);
      changes = [];
      count = 0;
    }
  }
  yield batch(changes);
  return { ...plan.selection };
}

function toRecord(repoId: string, commitHash: string, file: FileStat): CommitStatRecord {
  return {
    repoId,
    commitHash,
    filePath: file.path,
    oldFilePath: file.oldPath,
    additions: file.additions,
    deletions: file.deletions,
    oldFileMode: file.oldMode,
    newFileMode: file.newMode,
  };
}
