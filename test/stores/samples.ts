import type { FactRecords, FactTable } from '../../src/schema/tables.ts';

/** A repository id that differs by `n`. */
export function repoId(n: number): string {
  return `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
}

/** A commit hash that differs by `n`. */
export function hash(n: number): string {
  return n.toString(16).padStart(40, '0');
}

const when = new Date('2024-02-29T12:34:56.789Z');

/** One row per table with a value in every column. */
export const FULL: FactRecords = {
  repos: {
    id: repoId(1),
    repo: 'acme/api',
    provider: 'github',
    host: 'github.com',
    providerId: '9007199254740993',
    url: 'https://github.com/acme/api',
    ref: 'main',
    headHash: hash(1),
    settings: { nested: { list: [1, 'two', null] }, quote: '"' },
    tags: ['a', 'b'],
    isFork: true,
    isArchived: false,
    createdAt: when,
    removedAt: when,
  },
  git_refs: {
    repoId: repoId(1),
    fullName: 'refs/tags/v1',
    hash: hash(2),
    name: 'v1',
    remote: 'origin',
    target: 'refs/heads/main',
    type: 'tag',
    tagCommitHash: hash(1),
  },
  git_commits: {
    repoId: repoId(1),
    hash: hash(1),
    message: 'Subject\n\nBody\n',
    authorName: 'Ada',
    authorEmail: 'ada@example.com',
    authorWhen: when,
    committerName: 'Bob',
    committerEmail: 'bob@example.com',
    committerWhen: when,
    parents: 2,
  },
  git_commit_stats: {
    repoId: repoId(1),
    commitHash: hash(1),
    filePath: 'src/new.ts',
    oldFilePath: 'src/old.ts',
    additions: 12,
    deletions: 3,
    oldFileMode: '100644',
    newFileMode: '100755',
  },
  git_files: {
    repoId: repoId(1),
    path: 'src/new.ts',
    executable: true,
    contents: 'one\ntwo\n',
    size: 5_000_000_000,
    hash: hash(3),
  },
  git_blame_ranges: {
    repoId: repoId(1),
    path: 'src/new.ts',
    lineNo: 1,
    lineCount: 2,
    commitHash: hash(1),
    authorEmail: 'ada@example.com',
    authorName: 'Ada',
    authorWhen: when,
    origPath: 'src/old.ts',
    origLineNo: 7,
  },
  git_pull_requests: {
    repoId: repoId(1),
    number: 42,
    title: 'Add things',
    body: 'Because.',
    state: 'merged',
    isDraft: false,
    authorName: 'ada',
    authorEmail: 'ada@example.com',
    createdAt: when,
    updatedAt: when,
    mergedAt: when,
    closedAt: when,
    mergeCommitHash: hash(1),
    headBranch: 'feature',
    baseBranch: 'main',
    additions: 1,
    deletions: 2,
    changedFiles: 3,
    firstReviewAt: when,
    firstCommentAt: when,
    changesRequestedCount: 4,
    reviewsCount: 5,
    commentsCount: 6,
    url: 'https://github.com/acme/api/pull/42',
  },
  git_pull_request_reviews: {
    repoId: repoId(1),
    number: 42,
    reviewId: '18446744073709551615',
    reviewer: 'bob',
    state: 'approved',
    submittedAt: when,
  },
};

const NULLABLE: { [T in FactTable]: readonly (keyof FactRecords[T])[] } = {
  repos: ['providerId', 'url', 'ref', 'headHash', 'createdAt', 'removedAt'],
  git_refs: ['remote', 'target', 'tagCommitHash'],
  git_commits: ['authorWhen', 'committerWhen'],
  git_commit_stats: ['oldFilePath'],
  git_files: ['contents'],
  git_blame_ranges: ['authorWhen'],
  git_pull_requests: [
    ...(['body', 'isDraft', 'authorName', 'authorEmail', 'createdAt', 'updatedAt', 'mergedAt', 'closedAt'] as const),
    ...(['mergeCommitHash', 'headBranch', 'baseBranch', 'additions', 'deletions', 'changedFiles'] as const),
    ...(['firstReviewAt', 'firstCommentAt', 'changesRequestedCount', 'reviewsCount', 'commentsCount', 'url'] as const),
  ],
  git_pull_request_reviews: ['reviewer', 'submittedAt'],
};

/** Names of the tables of facts. */
export const TABLES = Object.keys(FULL) as FactTable[];

/** The full row of a table with null wherever null is allowed. */
export function sparse<T extends FactTable>(table: T): FactRecords[T] {
  return { ...FULL[table], ...Object.fromEntries(NULLABLE[table].map((property) => [property, null])) };
}

/** The full row of a table with other values for some columns. */
export function row<T extends FactTable>(table: T, changes: Partial<FactRecords[T]> = {}): FactRecords[T] {
  return { ...FULL[table], ...changes };
}
