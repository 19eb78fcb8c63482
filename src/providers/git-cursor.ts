import { z } from 'zod';
import type { SavedState, StageContext } from './stage.ts';

/** Tips of incomplete runs that are kept; a stage with more starts over. */
const MAX_UNFINISHED_TIPS = 1_000;

/** The part of a saved cursor that every stage has which reads git. */
export const gitSavedFields = {
  /** What made the history shallow; null if nothing that was read is valid any more. */
  shallow: z.string().nullable(),
  /** Tips that incomplete runs have read from since: their rows are among the others. Absent where there was no such run. */
  unfinishedTips: z.array(z.string()).optional(),
};

export type GitSaved = { shallow: string | null; unfinishedTips?: string[] | undefined; tips?: string[] };

/** Returns the tips that a stage's rows may come from, beside those of its last completed run. */
export function unfinishedTips(state: SavedState<GitSaved> | null): readonly string[] {
  return state?.cursor.unfinishedTips ?? [];
}

/**
 * Saves which tips a run reads from, before it writes anything, in case it doesn't complete.
 * @param tips The tips; null if a later run can't tell by them which rows it finds.
 * @param shallow What makes the history shallow: the same commits have other rows where it ends elsewhere.
 */
export async function saveUnfinishedTips<Saved extends GitSaved>(
  { saved, amendSaved }: Pick<StageContext<object, Saved>, 'saved' | 'amendSaved'>,
  tips: readonly string[] | null,
  shallow: string,
): Promise<void> {
  if (saved === null) return;
  const { cursor, headHash } = saved;
  const unfinished = unfinishedTips(saved);
  const known = new Set([...unfinished, ...(cursor.tips ?? [headHash])]);
  const added = (tips ?? []).filter((tip) => !known.has(tip));
  const isSame = tips !== null && cursor.shallow === shallow;
  if (added.length === 0 && isSame) return;
  const all = [...unfinished, ...added];
  const isValid = isSame && all.length <= MAX_UNFINISHED_TIPS;
  await amendSaved({ ...cursor, unfinishedTips: isValid ? all : [], shallow: isValid ? shallow : null });
}
