import { z } from 'zod';
import type { Identity } from '../../git/commit.ts';
import { type HashedCommit, readCommits } from '../../git/commits.ts';
import { countCommits, listCommits } from '../../git/history.ts';
import { missingObjects } from '../../git/objects.ts';
import { peel, readPinnedRefs } from '../../git/refs.ts';
import { itemsOf } from '../../model/groups.ts';
import type { PullRequestRecord } from '../../schema/git-pull-requests.ts';
import { type CommitPlan, hasAny, planCommits, selectionSchema } from '../selection.ts';
import { skippedCommitsCursor, skippedFields } from '../skipped.ts';
import type { Batch, Cursor, StageContext, StageReading } from '../stage.ts';
import { readStoredNumbers, readStoredPullRequests } from '../stored-pull-requests.ts';
import { parseMergeMessage, requestOfRef, splitFirstLine } from './merge-message.ts';

const saved = z.object({ ...selectionSchema.shape, skippedCommits: skippedFields.skippedCommits });
// All is written in one batch: nothing can be resumed.
const position = z.record(z.string(), z.unknown());

type Saved = z.infer<typeof saved>;
type Context = StageContext<Cursor, Saved>;

/** Pull requests as git tells of them. */
export const inferredPullRequests = { reads: 'git', cursor: { version: 1, position, saved }, read: readInferred } satisfies StageReading<Cursor, Saved>;

/**
 * Pull requests that git itself tells of: merged ones from the messages of merge commits, open ones from the refs that
 * GitHub and GitLab keep for their heads. A number that was merged isn't open; of several merges of one number the
 * latest counts.
 */
async function* readInferred(limited: Context): AsyncGenerator<Batch, Saved> {
  const context = withoutLimits(limited);
  const { repository, stored } = context;
  const plan = await planCommits(context, 'git_commits');
  const total = await countCommits(context.git, plan.added);
  const rewritten = !plan.incremental || (await hasAny(plan.removed));
  const skipped = new Set(rewritten ? [] : context.previous?.cursor.skippedCommits);
  const merged = await readMerged(context, plan, rewritten, skipped);
  const open = await readOpen(context);

  if (rewritten) {
    // A merge may have gone, or another one of the same number counts now: all are inferred again.
    const rows = [...merged.values(), ...[...open.values()].filter(({ number }) => !merged.has(number))];
    yield { changes: [{ table: 'git_pull_requests', partition: { repoId: repository.id }, rows }], cursor: {}, done: total, total };
  } else {
    const before = await readStoredPullRequests(stored, repository.id, [...merged.keys(), ...open.keys()]);
    for (const row of before) {
      if (row.state !== 'merged') continue;
      open.delete(row.number);
      const now = merged.get(row.number);
      if (now !== undefined && !isLater(now, row)) merged.delete(row.number);
    }
    for (const number of merged.keys()) open.delete(number);
    const closed = (await readStoredNumbers(stored, repository.id, 'open')).filter((number) => !open.has(number) && !merged.has(number));
    yield {
      changes: [
        { table: 'git_pull_requests', delete: closed.map((number) => ({ repoId: repository.id, number })) },
        { table: 'git_pull_requests', upsert: [...merged.values(), ...open.values()] },
      ],
      cursor: {},
      done: total,
      total,
    };
  }
  return { ...plan.selection, ...skippedCommitsCursor(skipped) };
}

/**
 * `since` and `maxCommits` limit commits. A merge that they leave out would make its pull request look open.
 */
function withoutLimits(context: Context): Context {
  const { allBranches } = context.options;
  return { ...context, options: allBranches === undefined ? {} : { allBranches } };
}

/** @param skipped Takes in merges that are too large to be read. */
async function readMerged({ git, repository }: Context, plan: CommitPlan, all: boolean, skipped: Set<string>): Promise<Map<number, PullRequestRecord>> {
  const requests = new Map<number, PullRequestRecord>();
  const heads = new Map<string, PullRequestRecord[]>();
  const { from, not = [] } = plan.added;
  // To git the commits that a shallow history ends with have no parents.
  const range = { from, not: all ? [] : not, merges: plan.selection.shallow === '' };
  for await (const { hash, commit, isTooLarge } of itemsOf(readCommits(git, listCommits(git, range)))) {
    if (isTooLarge && commit.parents.length > 1) skipped.add(hash);
    if (isTooLarge) continue;
    const said = commit.parents.length > 1 ? parseMergeMessage(commit.message) : null;
    if (said === null) continue;
    const row: PullRequestRecord = {
      ...emptyRequest(repository.id, said.number),
      ...said,
      state: 'merged',
      mergedAt: commit.committer.when,
      closedAt: commit.committer.when,
      mergeCommitHash: hash,
    };
    const before = requests.get(said.number);
    if (before !== undefined && !isLater(row, before)) continue;
    requests.set(said.number, row);
    const head = String(commit.parents[1]);
    heads.set(head, [...(heads.get(head) ?? []), row]);
  }
  // Who merged isn't who wrote: that's the author of the merged head.
  for await (const { hash, commit } of readHeads(git, heads.keys())) {
    for (const row of heads.get(hash) ?? []) setAuthor(row, commit.author);
  }
  return requests;
}

async function readOpen({ git, refsFile, repository }: Context): Promise<Map<number, PullRequestRecord>> {
  const named = new Map<string, number[]>();
  for await (const refs of readPinnedRefs(refsFile)) {
    for (const ref of refs) {
      const number = requestOfRef(ref.name);
      if (number !== null) named.set(ref.hash, [...(named.get(ref.hash) ?? []), number]);
    }
  }
  const heads = new Map<string, number[]>();
  for (const [hash, { hash: end, endType }] of await peel(git, [...named.keys()])) {
    if (endType === 'commit') heads.set(end, [...(heads.get(end) ?? []), ...(named.get(hash) ?? [])]);
  }
  const requests = new Map<number, PullRequestRecord>();
  for await (const { hash, commit } of readHeads(git, heads.keys())) {
    const title = splitFirstLine(commit.message).line.trim();
    for (const number of heads.get(hash) ?? []) {
      const row: PullRequestRecord = { ...emptyRequest(repository.id, number), title };
      setAuthor(row, commit.author);
      requests.set(number, row);
    }
  }
  return requests;
}

/** Reads commits, but for those beyond the end of a shallow history. */
async function* readHeads(git: StageContext['git'], hashes: Iterable<string>): AsyncGenerator<HashedCommit> {
  const wanted = [...hashes];
  const missing = await missingObjects(git, wanted);
  const groups = (async function* one() {
    yield wanted.filter((hash) => !missing.has(hash));
  })();
  yield* itemsOf(readCommits(git, groups));
}

function setAuthor(row: PullRequestRecord, author: Identity): void {
  row.authorName = author.name;
  row.authorEmail = author.email;
}

/** Whether a merge counts more than another of the same number: the later one, then the one of the greater hash. */
function isLater(one: PullRequestRecord, other: PullRequestRecord): boolean {
  const [a, b] = [one, other].map((row) => row.mergedAt?.getTime() ?? Number.NEGATIVE_INFINITY) as [number, number];
  return a === b ? String(one.mergeCommitHash) > String(other.mergeCommitHash) : a > b;
}

/** An open pull request of which git says nothing more. */
function emptyRequest(repoId: string, number: number): PullRequestRecord {
  return {
    repoId,
    number,
    title: '',
    body: null,
    state: 'open',
    isDraft: null,
    authorName: null,
    authorEmail: null,
    createdAt: null,
    updatedAt: null,
    mergedAt: null,
    closedAt: null,
    mergeCommitHash: null,
    headBranch: null,
    baseBranch: null,
    additions: null,
    deletions: null,
    changedFiles: null,
    firstReviewAt: null,
    firstCommentAt: null,
    changesRequestedCount: null,
    reviewsCount: null,
    commentsCount: null,
    url: null,
  };
}
