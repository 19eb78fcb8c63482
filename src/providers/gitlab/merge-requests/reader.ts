import { nullIfTooLarge } from '../../../http/refused.ts';
import { groupsOf } from '../../../model/groups.ts';
import { OFF, UNFINISHED } from '../../../model/repository.ts';
import type { Change } from '../../../stores/store.ts';
import { boundaryAfter } from '../../hosted/boundary.ts';
import { changesOf } from '../../hosted/pull-requests/changes.ts';
import { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import { skippedCursor } from '../../skipped.ts';
import type { Batch, StageContext, StageReading } from '../../stage.ts';
import type { GitLab } from '../api.ts';
import { FEW, PAGE } from '../paging.ts';
import { type MergeRequestPosition, mergeRequestCursor, type SavedMergeRequests } from './cursor.ts';
import { type BringCommits, FactsReader, fillsIn, hasNoClone } from './facts.ts';
import { changesOfFailed } from './failed.ts';
import { MergeRequestService, SwitchedOff } from './service.ts';
import { reconcileUnseen } from './unseen.ts';

/** Merge requests that are written together: each costs two or three requests, which a killed worker has made in vain. */
const BATCH = 16;

type Context = StageContext<MergeRequestPosition, SavedMergeRequests>;

/**
 * Reads the merge requests that changed since the last run, or all, with their approvals.
 *
 * They are read by their time of change, the oldest first, and the next page is asked for by the last one's time: there
 * are no deep pages, and none slips past when others before it change or go. One that changes meanwhile moves to the
 * end, where it's read again. GitLab tells milliseconds and compares microseconds; a time that was cut off is earlier,
 * so nothing is skipped by it. Those that share the last time are known by their numbers.
 *
 * One that fails by itself is set aside: see {@link ItemFailures}. Those of the last run or attempt are tried first.
 *
 * In the end the stored ones that weren't met are asked for by number, the open ones or where all are read all: see {@link reconcileUnseen}.
 * `since` and `maxCommits` limit commits, and don't matter.
 *
 * Lines are counted in the clone. A run of this stage alone makes none: what changed then has no counts, until a run with
 * a clone looks through all for those that have none.
 * @param gitLabOf The GitLab that a repository is on, asked with the connection that its run names.
 * @throws NotPrepared if there is anything to count and no clone; what calls of {@link GitLab} throw.
 */
export function gitLabMergeRequests(
  gitLabOf: (context: Context) => Promise<GitLab>,
  bring: BringCommits,
): StageReading<MergeRequestPosition, SavedMergeRequests> {
  async function* read(context: Context): AsyncGenerator<Batch<MergeRequestPosition>, SavedMergeRequests> {
    // Without one, nothing ever ends a run early.
    const signal = context.git.signal ?? new AbortController().signal;
    const service = new MergeRequestService(await gitLabOf(context), context.repository, signal);
    const place = context.cursor === undefined ? startingPosition(context) : { ...context.cursor };
    // Who goes on from a cursor doesn't know what was met before it.
    const seen = context.cursor === undefined ? new Set<number>() : undefined;
    const failures = new ItemFailures(place.failed, () => service.checkAnswering());
    const facts = new FactsReader(context, service, bring, failures);
    try {
      yield* readFrom(place, seen, context, service, facts, failures);
    } catch (error) {
      if (!(error instanceof SwitchedOff)) throw error;
      // What is stored stays: once they're switched on again they are what they were, which no later reading would find.
      const partial = place.partial || facts.partial || context.previous?.cursor.partial === true;
      const everything = place.everything || failures.items.length > 0;
      return { boundary: everything ? null : place.after, partial, probe: OFF };
    }
    failures.assertExhausted();
    const unfinished = context.repository.probe?.pullRequests === UNFINISHED;
    const boundary = unfinished ? null : boundaryAfter(place.after, place.begun);
    return { boundary, partial: place.partial || facts.partial, ...skippedCursor(failures.items) };
  }
  return { reads: 'api', usesGitFolder: true, cursor: mergeRequestCursor, read };
}

/** Reads on from a position, which it moves with each batch. @param seen Gets the numbers that it meets, where given. */
async function* readFrom(
  place: MergeRequestPosition,
  seen: Set<number> | undefined,
  context: Context,
  service: MergeRequestService,
  facts: FactsReader,
  failures: ItemFailures,
): AsyncGenerator<Batch<MergeRequestPosition>, void> {
  const batch = (changes: Change[]): Batch<MergeRequestPosition> => {
    place.partial ||= facts.partial;
    place.failed = failures.items;
    return { changes, cursor: { ...place }, done: place.done, total: place.done };
  };

  for await (const changes of changesOfFailed(context, service, facts, failures)) yield batch(changes);
  let perPage = PAGE;
  for (let page = firstPage(place, perPage), more = true; more; ) {
    const before = place.after;
    const asked = pageAt(service, place, page, perPage);
    const answer = await (perPage === FEW ? asked : nullIfTooLarge(asked));
    if (answer === null) {
      perPage = FEW;
      page = firstPage(place, perPage);
      continue;
    }
    const fresh = answer.rows.filter(({ iid, updated_at }) => updated_at !== before || !place.ties.includes(iid));
    for (const group of groupsOf(fresh, BATCH)) {
      for await (const part of facts.read(group, context.previous === null)) {
        for (const { iid, updated_at } of part.api) {
          place.ties = updated_at === place.after ? [...place.ties, iid] : [iid];
          place.after = updated_at;
          seen?.add(iid);
        }
        place.done += part.api.length;
        yield batch(changesOf(part.facts));
      }
    }
    more = answer.more;
    // A page full of those with the same time as before leads no further; the next one does.
    page = place.after === before ? page + 1 : firstPage(place, perPage);
  }
  // A first reading too: a clone of it on disk may have been synced before, of which git told what GitLab doesn't know.
  for await (const changes of reconcileUnseen(context, service, facts, seen, place.everything)) yield batch(changes);
}

/** A page and the one before it. */
async function pageAt(service: MergeRequestService, { after }: MergeRequestPosition, page: number, perPage: number) {
  const { rows, more } = await service.page(after, page, perPage);
  // Asked for after it: those that moved up from this page meanwhile, as others of their time changed, are there.
  const earlier = page === 1 ? [] : (await service.page(after, page - 1, perPage)).rows;
  return { rows: [...new Map([...earlier, ...rows].map((row) => [row.iid, row])).values()], more };
}

function startingPosition(context: Context): MergeRequestPosition {
  const { cursor } = context.previous ?? {};
  const boundary = fillsIn(context) ? null : (cursor?.boundary ?? null);
  return {
    everything: boundary === null,
    after: boundary,
    ...{ ties: [], begun: new Date().toISOString(), done: 0, failed: ItemFailures.ofSkipped(cursor?.skipped ?? []) },
    partial: cursor?.partial === true && hasNoClone(context),
  };
}

/** Where those that follow the ties begin at the latest: some of them may have changed, and the others moved up. */
function firstPage({ ties }: MergeRequestPosition, perPage: number): number {
  return Math.max(1, Math.floor(ties.length / perPage));
}
