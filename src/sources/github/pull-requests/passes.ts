import type { Cursor } from '../../../model/activities.ts';
import type { Change } from '../../../stores/store.ts';
import { boundaryAfter } from '../../hosted/boundary.ts';
import { changesOf } from '../../hosted/pull-requests/changes.ts';
import { toDate } from '../../hosted/pull-requests/facts.ts';
import type { Batch, StageContext } from '../../stage.ts';
import { changesOfOpen } from './open.ts';
import type { PullRequestService } from './service.ts';
import { changesOfSurplus } from './surplus.ts';

/** A place in a reading, as JSON. */
interface Place {
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
 * Stored open pull requests are asked for as well, however long ago they changed: see {@link changesOfOpen}.
 * @returns `boundary` for the next run.
 */
export async function* readPullRequests(context: StageContext, service: PullRequestService): AsyncGenerator<Batch, Cursor> {
  const resumed = context.cursor?.['api'] === service.api;
  const place = resumed ? ({ ...context.cursor } as unknown as Place) : startingPlace(context, service);
  let open = resumed ? [] : await context.stored.openPullRequests(context.repository.id);
  const batch = (changes: Change[], cursor: Cursor = { ...place }): Batch => ({
    changes,
    cursor,
    done: place.done,
    total: Math.max(place.done, place.total),
  });

  for (let settled = false; !settled; ) {
    const boundary = toDate(place.boundary);
    if (place.after === null) place.begun = new Date().toISOString();
    const { facts, next, first, front, total, standings } = await service.page(place.after, boundary, open);
    const single = place.after === null && next === null;
    if (place.after === null) place.newest = first?.toISOString() ?? null;
    // Asked for again by who goes on from here: the page they came with isn't written yet.
    for await (const changes of changesOfOpen(context, service, { open, standings, boundary })) yield batch(changes, {});
    open = [];

    place.done += facts.length;
    if (place.everything) place.total = total ?? place.total;
    place.after = next;
    settled = single || (next === null && front !== undefined && front?.toISOString() === place.newest);
    // No overlap here: where many change all the time, the passes have to become shorter.
    if (next === null) place.boundary = boundaryAfter(place.newest, place.begun, 0);
    yield batch(changesOf(facts));
  }
  // A first reading too: a clone of it on disk may have been synced before, of which git told what GitHub doesn't know.
  if (place.everything) for await (const changes of changesOfSurplus(context, service, place.total)) yield batch(changes);
  return { boundary: boundaryAfter(place.newest, place.begun) };
}

function startingPlace({ previous }: StageContext, { api }: PullRequestService): Place {
  const left = previous?.cursor['boundary'];
  const boundary = typeof left === 'string' ? left : null;
  return { api, everything: boundary === null, boundary, newest: null, begun: '', after: null, done: 0, total: 0 };
}
