import type { Provider } from './stages.ts';

/**
 * One record type per table. Property names are the columns in camelCase; `lastSynced` is the
 * store's to set and therefore not part of a record. Times are instants (milliseconds precision), of which
 * stores keep those in the years 0 to 9999; text is already clean: valid Unicode without NUL.
 */
export interface Records {
  repos: RepositoryRecord;
  git_refs: RefRecord;
  git_commits: CommitRecord;
  git_commit_stats: CommitStatRecord;
  git_files: FileRecord;
  git_blame_ranges: BlameRangeRecord;
  git_pull_requests: PullRequestRecord;
  git_pull_request_reviews: ReviewRecord;
}

/** Name of a table that holds facts. */
export type Table = keyof Records;

const byTable: Record<Table, true> = {
  repos: true,
  git_refs: true,
  git_commits: true,
  git_commit_stats: true,
  git_files: true,
  git_blame_ranges: true,
  git_pull_requests: true,
  git_pull_request_reviews: true,
};

/** Names of all tables that hold facts. */
export const TABLES = Object.keys(byTable) as [Table, ...Table[]];

/** A repository; `id` is made by `repositoryId`. */
export interface RepositoryRecord {
  id: string;
  /** Full name ('owner/name'); the folder's name for a local repository without a remote. */
  repo: string;
  provider: Provider;
  host: string;
  /** The provider's own id, null for local repositories. */
  providerId: string | null;
  url: string | null;
  /** Default branch (short name); null where HEAD is detached. */
  ref: string | null;
  /** Commit that HEAD names; null while there is none. */
  headHash: string | null;
  settings: Record<string, unknown>;
  tags: string[];
  isFork: boolean;
  isArchived: boolean;
  /** When the provider says the repository was created; null for local repositories. */
  createdAt: Date | null;
  /** Since when the provider no longer lists it. */
  removedAt: Date | null;
}

export interface RefRecord {
  repoId: string;
  /** 'refs/heads/main' */
  fullName: string;
  /** Object the ref names: of an annotated tag the tag object. */
  hash: string;
  /** The full name without its first two parts: 'main', 'origin/main', 'v1.0'. */
  name: string;
  /** Remote of a remote-tracking branch, else null. */
  remote: string | null;
  /** Ref that a symbolic ref names, else null. */
  target: string | null;
  type: 'branch' | 'remote' | 'tag' | 'note' | 'other';
  /** Commit that a tag peels to; null for other refs and for tags of trees and blobs. */
  tagCommitHash: string | null;
}

export interface CommitRecord {
  repoId: string;
  hash: string;
  message: string;
  authorName: string;
  authorEmail: string;
  /** Null where the commit object holds no readable time. */
  authorWhen: Date | null;
  committerName: string;
  committerEmail: string;
  committerWhen: Date | null;
  /** How many parents. */
  parents: number;
}

export interface CommitStatRecord {
  repoId: string;
  commitHash: string;
  filePath: string;
  /** Where the file was before this commit renamed it, else null. */
  oldFilePath: string | null;
  /** Lines; 0 for binary files. */
  additions: number;
  deletions: number;
  /** As git writes modes: '100644', '000000' where the side doesn't exist. */
  oldFileMode: string;
  newFileMode: string;
}

export interface FileRecord {
  repoId: string;
  path: string;
  executable: boolean;
  /** Null for binary files and from 1,000,000 bytes. */
  contents: string | null;
  /** Bytes. */
  size: number;
  /** Hash of the blob. */
  hash: string;
}

export interface BlameRangeRecord {
  repoId: string;
  path: string;
  /** First line of the range, from 1. */
  lineNo: number;
  lineCount: number;
  commitHash: string;
  authorEmail: string;
  authorName: string;
  authorWhen: Date | null;
  /** Where that commit had these lines. */
  origPath: string;
  origLineNo: number;
}

export interface PullRequestRecord {
  repoId: string;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed' | 'merged';
  isDraft: boolean | null;
  /** Login at the provider; for pull requests inferred from git the author of the merged head. */
  authorName: string | null;
  authorEmail: string | null;
  createdAt: Date | null;
  updatedAt: Date | null;
  mergedAt: Date | null;
  closedAt: Date | null;
  mergeCommitHash: string | null;
  headBranch: string | null;
  baseBranch: string | null;
  additions: number | null;
  deletions: number | null;
  changedFiles: number | null;
  firstReviewAt: Date | null;
  firstCommentAt: Date | null;
  changesRequestedCount: number | null;
  reviewsCount: number | null;
  commentsCount: number | null;
  url: string | null;
}

export interface ReviewRecord {
  repoId: string;
  number: number;
  reviewId: string;
  reviewer: string | null;
  state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  submittedAt: Date | null;
}

/** What the next sync of a stage starts from. */
export interface SyncState {
  /** Stage-specific, JSON. */
  cursor: Record<string, unknown>;
  headHash: string | null;
  /** When the run began that wrote it. */
  watermark: Date;
}

/** A state as it is stored. */
export interface StoredSyncState extends SyncState {
  /** Token of the lease that it was saved under; 0 where an older version saved it. */
  token: number;
  /** Set where a run may have written rows after it lost its lease: the stage has to be read in full. */
  doubtful?: true;
}

/** One run of one stage of one repository. */
export interface SyncRunRecord {
  workflowId: string;
  runId: string;
  repoId: string;
  /** A stage, or 'prepare' where the repository couldn't be opened. */
  stage: string;
  startedAt: Date;
  endedAt: Date | null;
  /** Rows read from the source in this run. */
  rows: number;
  /** 'incomplete' where items were skipped; `error` says which. */
  status: 'running' | 'completed' | 'incomplete' | 'cancelled' | 'failed';
  error: string | null;
}
