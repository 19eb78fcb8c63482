import type { Cursor } from '../../../model/activities.ts';
import type { Change } from '../../../stores/store.ts';
import { boundaryAfter } from '../../hosted/boundary.ts';
import { changesOf, deletePullRequests } from '../../hosted/pull-requests/changes.ts';
import { toDate } from '../../hosted/pull-requests/facts.ts';
import { gather } from '../../hosted/pull-requests/gather.ts';
import { type FailedItem, ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import { skippedCursor, skippedItems } from '../../skipped.ts';
import type { Batch, StageContext } from '../../stage.ts';
import { readStoredNumbers } from '../../stored-pull-requests.ts';
import { reconcileOpen } from './open.ts';
import { factsIn, type PullRequestService, type WantedPullRequest } from './service.ts';
import { deleteStalePullRequests } from './stale.ts';

/** A place in a reading, as JSON. */
interface PassCursor {
  api: PullRequestService['api'];
  /** Whether pull requests of any age are read, not just those changed since the last run. */
  everything: boolean;
  /** Where the pass ends: time of change (ISO-8601); null for the end. */
  boundary: string | null;
  /** Time of change at the front when the pass began (ISO-8601); null before it, and where there is none. */
  newest: string | null;
  /** When the pass began (ISO-8601), by the clock here. */
  begun: string;
  /** `next` of the page before; null at a pass's begin. */
  after: unknown;
  /** Pull requests read, and how many the repository has. */
  done: number;
  total: number;
  /** Whether the stored open ones are still to be asked for. */
  asksOpen: boolean;
  /** Those of the page in hand that have been read already: number, and time of change in milliseconds since 1970. */
  read: [number, number][];
  /** Those that couldn't be read so far. */
  failed: FailedItem[];
}

/**
 * Reads the pull requests that changed since the last run, or all.
 *
 * They are read from the one changed last down to a boundary. One that changes while this goes on moves to the front, and
 * if it hadn't been read yet, no later page has it. So the front is looked at again at the end: where it is no longer
 * what it was when the pass began, another pass reads down to that time, and so on until nothing has moved. A pass of a
 * single page saw all at one moment. In the end all that had been changed by the time found at the last pass's front is
 * read as it is, and that time, GitHub's own, is what the next run's boundary comes from. Reading one twice does no harm.
 *
 * Every page leaves a place. Who goes on from it goes on with the same pass, and that still ends by comparing the front
 * with what it was at the pass's begin, so what changed in between isn't lost either.
 *
 * Stored open pull requests are asked for as well, however long ago they changed: see {@link reconcileOpen}.
 *
 * One that fails by itself is set aside: see {@link ItemFailures}. Those of the last run or attempt are tried first.
 * @returns `boundary` for the next run, and which ones were skipped.
 */
export async function* readPullRequests(context: StageContext, service: PullRequestService): AsyncGenerator<Batch, Cursor> {
  const resumed = context.cursor?.['api'] === service.api;
  // What an earlier version left lacks some of it.
  const place: PassCursor = { ...startingPlace(context, service), ...(resumed ? { asksOpen: false, ...context.cursor } : {}) };
  let open = place.asksOpen ? await readStoredNumbers(context.stored, context.repository.id, 'open') : [];
  const failures = new ItemFailures(place.failed, () => service.checkAnswering());
  const batch = (changes: Change[]): Batch => {
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

/** Tries the pull requests again that couldn't be read before, and deletes those that are gone since. */
async function* changesOfFailed({ repository }: StageContext, service: PullRequestService, failures: ItemFailures): AsyncGenerator<Change[]> {
  for await (const { number, facts } of service.read(failures.due, failures)) {
    if (facts === 'gone') failures.settle(number);
    yield facts === 'gone' ? deletePullRequests(repository.id, [number]) : facts === 'failed' ? [] : changesOf([facts]);
  }
}

function isRead({ number, updatedAt }: WantedPullRequest, read: PassCursor['read']): boolean {
  return read.some(([known, at]) => known === number && at === updatedAt.getTime());
}

function startingPlace({ previous }: StageContext, { api }: PullRequestService): PassCursor {
  const left = previous?.cursor['boundary'];
  const boundary = typeof left === 'string' ? left : null;
  const failed = ItemFailures.ofSkipped(skippedItems(previous?.cursor));
  const nothing = { newest: null, begun: '', after: null, done: 0, total: 0, asksOpen: true, read: [], failed };
  return { api, everything: boundary === null, boundary, ...nothing };
}
