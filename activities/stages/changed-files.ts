import { z } from 'zod';
import { findFirstParentMergeBase } from '../../src/git/first-parents.ts';
import { listCommits } from '../../src/git/history.ts';
import { missingObjects } from '../../src/git/objects.ts';
import { shallowCommits } from '../../src/git/overlay.ts';
import { decodeText } from '../../src/git/text.ts';
import { listTree, type TreeEntry, touchedPaths } from '../../src/git/tree.ts';
import { gitSavedFields, saveUnfinishedTips, unfinishedTips } from '../../src/providers/git-cursor.ts';
import type { StageContext } from '../../src/providers/stage.ts';

/** Files to write and to delete since the stage's last run. */
export interface FilePlan {
  /** Files to read and blame, by path; always the same list for the same `incremental`. */
  entries: () => AsyncIterable<TreeEntry[]>;
  /** Number of entries. */
  total: number;
  /** Paths whose rows are deleted. */
  removed: AsyncIterable<string[]>;
  /** Whether only files that may differ since the last run are read. */
  incremental: boolean;
  /** What makes the history shallow. */
  shallow: string;
}

export const savedFiles = z.object(gitSavedFields);

type Context = StageContext<object, z.infer<typeof savedFiles>>;

/** Compares the pinned tree with that of the stage's last run. */
export async function planFiles(context: Context): Promise<FilePlan> {
  const shallow = await shallowCommits(context.git.gitDir);
  const touched = await touchedSince(context, shallow);
  await saveUnfinishedTips(context, context.pin.head === null ? null : [context.pin.head], shallow);
  const entries = () => treeOf(context, touched);
  let total = 0;
  const gone = new Set(touched);
  for await (const group of entries()) {
    total += group.length;
    for (const entry of group) gone.delete(decodeText(entry.path));
  }
  const removed = touched === null ? storedBeyond(context) : [[...gone]];
  return { entries, total, removed: asAsync(removed), incremental: touched !== null, shallow };
}

/**
 * Returns the paths, as tables hold them, whose rows may differ since the last run; null if all may.
 *
 * Blame walks from a commit to the first parent that has the same blob. So a path that no commit above a common point
 * of both first-parent chains touches, against any of its parents, is blamed from that very point in both
 * trees and keeps its rows. It isn't enough that the blobs are equal: a change and its revert change who wrote a line.
 */
async function touchedSince({ git, pin, previous }: Context, shallow: string): Promise<Set<string> | null> {
  const before = previous?.headHash;
  if (pin.head === null || before === undefined || before === null || previous?.cursor.shallow !== shallow) return null;
  // Each stored row comes from one of these commits.
  const heads = [before, ...unfinishedTips(previous)];
  if ((await missingObjects(git, heads)).size > 0) return null;
  const touched = new Set<string>();
  for (const head of heads) {
    const meeting = await findFirstParentMergeBase(git, pin.head, head);
    if (meeting === null) return null;
    for (const path of await touchedPaths(git, listCommits(git, { from: [pin.head, head], not: [meeting] }))) {
      // Paths of different bytes may decode to the same text and share a row: all of them are read.
      touched.add(decodeText(Buffer.from(path, 'latin1')));
    }
  }
  return touched;
}

async function* treeOf({ git, pin }: Context, touched: Set<string> | null): AsyncGenerator<TreeEntry[]> {
  if (pin.head === null || touched?.size === 0) return;
  for await (const group of listTree(git, pin.head)) {
    const entries = touched === null ? group : group.filter((entry) => touched.has(decodeText(entry.path)));
    if (entries.length > 0) yield entries;
  }
}

/** Yields stored paths that the tree doesn't have; lists no tree if nothing is stored. */
async function* storedBeyond(context: Context): AsyncGenerator<string[]> {
  let present: Set<string> | undefined;
  for await (const paths of context.stored.keys('git_files', context.repository.id)) {
    if (present === undefined) {
      present = new Set();
      for await (const group of treeOf(context, null)) for (const entry of group) present.add(decodeText(entry.path));
    }
    const gone = paths.filter((path) => present?.has(path) === false);
    if (gone.length > 0) yield gone;
  }
}

async function* asAsync<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}
