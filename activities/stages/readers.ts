import type { Stage } from '../../src/model/stages.ts';
import type { Source } from '../../src/providers/source.ts';
import type { StageReader } from '../../src/providers/stage.ts';
import { readCommitStats } from './commit-stats.ts';
import { readCommits } from './commits.ts';
import { readFilesAndBlame } from './files-and-blame.ts';

/** How each stage is read; all but pull requests come from git, whatever the provider. */
export function stageReaders(source: Source) {
  return {
    commits: readCommits,
    'pull-requests': source.pullRequests,
    'commit-stats': readCommitStats,
    'files-and-blame': readFilesAndBlame,
  } satisfies Record<Stage, StageReader>;
}
