import type { Change } from '../../../stores/store.ts';
import { boundaryAfter } from '../../hosted/boundary.ts';
import { changesOf, deletePullRequests } from '../../hosted/pull-requests/changes.ts';
import { toDate } from '../../hosted/pull-requests/facts.ts';
import { gather } from '../../hosted/pull-requests/gather.ts';
import { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import { skippedCursor } from '../../skipped.ts';
import type { Batch, StageContext } from '../../stage.ts';
import { readStoredNumbers } from '../../stored-pull-requests.ts';
import type { PullRequestPosition, SavedPullRequests } from './cursor.ts';
import { reconcileOpen } from './open.ts';
import { factsIn, type PullRequestService, type WantedPullRequest } from './service.ts';
import { deleteStalePullRequests } from './stale.ts';

type Context = StageContext<PullRequestPosition, SavedPullRequests>;

/**
 * Reads the pull requests that changed since the last run, or all.
 *
 * They are read from the one changed last down to a boundary. One that changes while this goes on moves to the front, and
 * if it hadn't been read yet, no later page has it. So the front is looked at again at the end: where it is no longer
 * what it was when the pass began, another pass reads down to that time, and so on until nothing has moved. A pass of a
 * single page saw all at one moment. In the end all that had been changed by the time found at the last pass's front is
 * read as it is, and that time, GitHub's own, is what the next run's boundary comes from. Reading one twice does no harm.
 *
 * Every page leaves a cursor. An attempt that resumes there continues the same pass, which still ends by comparing the
 * front with what it was when the pass began, so changes in between aren't lost either.
 *
 * Stored open pull requests are asked for as well, however long ago they changed: see {@link reconcileOpen}.
 *
 * One that fails by itself is set aside: see {@link ItemFailures}. Those of the last run or attempt are tried first.
 * @returns `boundary` for the next run, and which ones were skipped.
 */
export async function* readPullRequests(context: Context, service: PullRequestService): AsyncGenerator<Batch<PullRequestPosition>, SavedPullRequests> {
  const place = context.cursor?.api === service.api ? { ...context.cursor } : startingPosition(context, service);
  let open = place.asksOpen ? await readStoredNumbers(context.stored, context.repository.id, 'open') : [];
  const failures = new ItemFailures(place.failed, () => service.checkAnswering());
  const batch = (changes: Change[]): Batch<PullRequestPosition> => {
    place.failed = failures.items;
    return { changes, cursor: { ...place, read: [...place.read] }, done: place.done, total: Math.max(place.done, place.total) };
  };

  for await (const changes of changesOfFailed(context, service, failures)) yield batch(changes);
  for (let settled = false; !settled; ) {
    const boundary = toDate(place.boundary);
    if (place.after === null) place.begun = new Date().toISOString();
    const { wanted, read: readSome, next, first, front, total, statuses } = await service.page(place.after, boundary, open, failures);
    const single = place.after === null && next === null;
    if (place.after === null) place.newest = first?.toISOString() ?? null;
    if (place.everything) place.total = total ?? place.total;
    for await (const changes of reconcileOpen(context, service, failures, { open, statuses, boundary })) yield batch(changes);
    open = [];
    place.asksOpen = false;

    const left = wanted.filter((each) => !isRead(each, place.read));
    const { read, error } = await gather(readSome(left.map(({ number }) => number)));
    place.done += read.filter(({ facts }) => facts !== 'gone').length;
    if (error !== undefined) {
      place.read.push(...left.slice(0, read.length).map(({ number, updatedAt }): [number, number] => [number, updatedAt.getTime()]));
      if (read.length > 0) yield batch(changesOf(factsIn(read)));
      throw error;
    }
    place.read = [];
    place.after = next;
    settled = single || (next === null && front !== undefined && front?.toISOString() === place.newest);
    // No overlap here: where many change all the time, the passes have to become shorter.
    if (next === null) place.boundary = boundaryAfter(place.newest, place.begun, 0);
    yield batch(changesOf(factsIn(read)));
  }
  // A first reading too: a clone of it on disk may have been synced before, of which git told what GitHub doesn't know.
  if (place.everything) for await (const changes of deleteStalePullRequests(context, service, failures, place.total)) yield batch(changes);
  // What the last ones failed with.
  if (failures.items.length > 0) yield batch([]);
  failures.assertExhausted();
  return { boundary: boundaryAfter(place.newest, place.begun), ...skippedCursor(failures.items) };
}

/** Retries the pull requests that couldn't be read before, and deletes those that have gone since. */
async function* changesOfFailed({ repository }: Context, service: PullRequestService, failures: ItemFailures): AsyncGenerator<Change[]> {
  for await (const { number, facts } of service.read(failures.due, failures)) {
    if (facts === 'gone') failures.settle(number);
    yield facts === 'gone' ? deletePullRequests(repository.id, [number]) : facts === 'failed' ? [] : changesOf([facts]);
  }
}

function isRead({ number, updatedAt }: WantedPullRequest, read: PullRequestPosition['read']): boolean {
  return read.some(([known, at]) => known === number && at === updatedAt.getTime());
}

function startingPosition({ previous }: Context, { api }: PullRequestService): PullRequestPosition {
  const boundary = previous?.cursor.boundary ?? null;
  const failed = ItemFailures.ofSkipped(previous?.cursor.skipped ?? []);
  const nothing = { newest: null, begun: '', after: null, done: 0, total: 0, asksOpen: true, read: [], failed };
  return { api, everything: boundary === null, boundary, ...nothing };
}
