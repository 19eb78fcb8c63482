import type { CursorSchema } from '../../src/providers/cursor-schema.ts';
import { describeSkipped, type Skipped } from '../../src/providers/skipped.ts';
import type { Cursor, StageReading } from '../../src/providers/stage.ts';
import { probePullRequests } from './pull-request-changes.ts';
import type { StageModule } from './stage-module.ts';

/** What the cursors of all sources may hold. */
type Saved = Cursor &
  Skipped & {
    /** Whether a run that has a git folder has more to read. */
    partial?: boolean;
    unfinishedTips?: string[];
  };

/** Pull requests and reviews: of a code host by its API, of a local repository as git tells of them. */
export const pullRequestsStage = {
  name: 'pull-requests',
  tables: ['git_pull_requests', 'git_pull_request_reviews'],
  reads: ({ pullRequests }) => pullRequests.reads,
  usesGitFolder: ({ pullRequests }) => pullRequests.usesGitFolder === true,
  cursor: ({ pullRequests }) => pullRequests.cursor as CursorSchema<Cursor, Saved>,
  probe: 'pullRequests',
  probeListed: probePullRequests,
  hasUnfinishedWork: (saved, hasGitFolder) =>
    saved.unfinishedTips !== undefined || describeSkipped(saved) !== undefined || (saved.partial === true && hasGitFolder),
  describeSkipped,
  // A host's changes aren't known before they are read: the source compares page by page.
  plan: async (_context, { pullRequests }) => pullRequests,
  read: (context, pullRequests) => pullRequests.read(context),
} satisfies StageModule<Cursor, Saved, StageReading>;
