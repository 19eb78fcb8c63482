import { z } from 'zod';
import { listCommits, type Range } from '../git/history.ts';
import { missingObjects } from '../git/objects.ts';
import { shallowCommits } from '../git/overlay.ts';
import { peel, readPinnedRefs } from '../git/refs.ts';
import type { GitRepository } from '../git/repository.ts';
import { parseIsoDate } from '../model/input.ts';
import { gitSavedFields, saveUnfinishedTips, unfinishedTips } from './git-cursor.ts';
import type { StageContext } from './stage.ts';

const HASHES_PER_GROUP = 1_000;

/** Schema of a {@link Selection} in `sync_state`. */
export const selectionSchema = z.object({
  tips: z.array(z.string()),
  since: z.string().nullable(),
  maxCommits: z.number().nullable(),
  ...gitSavedFields,
});

type SavedSelection = z.infer<typeof selectionSchema>;

/** Which commits a run selects; stored in `sync_state`, so that the next run knows what is new. */
export interface Selection {
  tips: string[];
  since: string | null;
  maxCommits: number | null;
  /** What made the history shallow. */
  shallow: string;
}

/** What was added and removed since the stage's last run. */
export interface CommitPlan {
  selection: Selection;
  /** Commits to read. */
  added: Range;
  /** Whether the last run's rows stay as they are, but for `removed`. */
  incremental: boolean;
  /** Stored commits that are no longer reachable, in groups. */
  removed: AsyncIterable<string[]>;
}

/**
 * Compares the selected commits with those of the last run. Commits reachable from the last run's tips aren't read again,
 * unless its selection differed (`since`, `maxCommits`), its history was shallow, or its commits are gone.
 * @param table Where stored commits are looked up if the last run's tips can't tell what has gone.
 */
export async function planCommits<Saved extends SavedSelection>(
  context: StageContext<object, Saved>,
  table: 'git_commits' | 'git_commit_stats',
): Promise<CommitPlan> {
  const { options, git } = context;
  const shallow = await shallowCommits(git.gitDir);
  const tips = await tipsOf(context);
  const selection: Selection = { tips, since: options.since ?? null, maxCommits: options.maxCommits ?? null, shallow };
  const before = context.previous?.cursor;
  // Incomplete runs may have left rows, too.
  const all = [...(before?.tips ?? []), ...unfinishedTips(context.previous)];
  const known = before !== undefined && before.shallow === shallow && (await missingObjects(git, all)).size === 0;
  const gone = known ? await unreached(git, all, tips) : undefined;
  const removes = gone === undefined || gone.length > 0;
  await saveUnfinishedTips(context, removes ? null : tips, shallow);
  // If commits are gone, older ones fall within `maxCommits`.
  const incremental = known && before.since === selection.since && before.maxCommits === selection.maxCommits && !(removes && before.maxCommits !== null);
  return {
    selection,
    incremental,
    added: {
      from: tips,
      not: incremental ? before.tips : [],
      since: options.since === undefined ? undefined : parseIsoDate(options.since),
      limit: options.maxCommits,
    },
    removed: gone === undefined ? storedBeyond(context, tips, table) : groups(gone),
  };
}

/** Commits whose history is read: HEAD, and with `allBranches` every (remote-tracking) branch. */
async function tipsOf({ git, options, pin, refsFile }: Pick<StageContext, 'git' | 'options' | 'pin' | 'refsFile'>): Promise<string[]> {
  const head = pin.head === null ? [] : [pin.head];
  if (options.allBranches !== true) return head;
  const branches = new Set<string>();
  for await (const refs of readPinnedRefs(refsFile)) {
    for (const ref of refs) if (/^refs\/(heads|remotes)\//.test(ref.name)) branches.add(ref.hash);
  }
  const objects = await peel(git, [...branches]);
  return [...new Set([...head, ...[...branches].filter((hash) => objects.get(hash)?.type === 'commit')])];
}

/**
 * Commits that are reachable from the earlier tips but not from the current ones. With wrong committer times, `git rev-list`
 * excludes too few commits from a range, so reachable ones are removed here.
 */
async function unreached(git: GitRepository, before: readonly string[], tips: readonly string[]): Promise<string[]> {
  const gone = new Set<string>();
  for await (const group of listCommits(git, { from: before, not: tips })) for (const hash of group) gone.add(hash);
  if (gone.size === 0) return [];
  for await (const group of listCommits(git, { from: tips })) for (const hash of group) gone.delete(hash);
  return [...gone];
}

async function* groups(hashes: readonly string[]): AsyncGenerator<string[]> {
  for (let start = 0; start < hashes.length; start += HASHES_PER_GROUP) yield hashes.slice(start, start + HASHES_PER_GROUP);
}

/** Compares all stored commits with all reachable ones; reads no history where nothing is stored. */
async function* storedBeyond(
  { git, stored, repository }: Pick<StageContext, 'git' | 'stored' | 'repository'>,
  tips: string[],
  table: 'git_commits' | 'git_commit_stats',
): AsyncGenerator<string[]> {
  let reachable: Set<string> | undefined;
  for await (const hashes of stored.keys(table, repository.id)) {
    if (reachable === undefined) {
      reachable = new Set();
      for await (const group of listCommits(git, { from: tips })) for (const hash of group) reachable.add(hash);
    }
    const gone = hashes.filter((hash) => reachable?.has(hash) === false);
    if (gone.length > 0) yield gone;
  }
}

export async function hasAny(groups: AsyncIterable<unknown[]>): Promise<boolean> {
  for await (const group of groups) if (group.length > 0) return true;
  return false;
}
