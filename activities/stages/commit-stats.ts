import { countCommits, listCommits } from '../../src/git/history.ts';
import { readStats } from '../../src/git/stats.ts';
import type { CommitStatRecord } from '../../src/model/records.ts';
import { planCommits } from '../../src/sources/selection.ts';
import type { Batch, Cursor, StageContext } from '../../src/sources/stage.ts';
import { reached, skip } from './positions.ts';

const ROWS_PER_BATCH = 2_000;

/** Lines changed per file and commit. Cursor: `position` in the list of commits to take in, see {@link reached}. */
export async function* readCommitStats(context: StageContext): AsyncGenerator<Batch, Cursor> {
  const { git, repository, processes } = context;
  const plan = await planCommits(context, 'git_commit_stats');
  const total = await countCommits(git, plan.added);
  let position = reached(context, plan.incremental);
  const batch = (changes: Batch['changes']): Batch => ({ changes, cursor: { position, incremental: plan.incremental }, done: position, total });

  if (position === 0) {
    for await (const hashes of plan.removed) {
      yield batch([{ table: 'git_commit_stats', delete: hashes.map((commitHash) => ({ repoId: repository.id, commitHash })) }]);
    }
  }

  let rows: CommitStatRecord[] = [];
  for await (const commit of readStats(git, skip(listCommits(git, plan.added), position), processes)) {
    for (const file of commit.files) {
      rows.push({
        repoId: repository.id,
        commitHash: commit.hash,
        filePath: file.path,
        oldFilePath: file.oldPath,
        additions: file.additions,
        deletions: file.deletions,
        oldFileMode: file.oldMode,
        newFileMode: file.newMode,
      });
    }
    position += 1;
    if (rows.length >= ROWS_PER_BATCH) {
      yield batch([{ table: 'git_commit_stats', upsert: rows }]);
      rows = [];
    }
  }
  yield batch([{ table: 'git_commit_stats', upsert: rows }]);
  return { ...plan.selection };
}
