import type { Change } from '../../../stores/store.ts';
import { changesOf, deletionOf } from '../../hosted/pull-requests/changes.ts';
import type { PullRequestFacts } from '../../hosted/pull-requests/facts.ts';
import { groupsOf } from '../../hosted/pull-requests/standing.ts';
import type { StageContext } from '../../stage.ts';
import { PAGE } from '../api.ts';
import type { ToldMergeRequest } from './rows.ts';
import type { MergeRequestService } from './service.ts';

/**
 * Asks for stored merge requests that a reading didn't meet, by number: the open ones, with `full` all. Reads those that
 * aren't what is stored, and deletes those that are gone.
 * @param read Joins merge requests with the rest; leaves out those that are stored as they are.
 * @param seen Numbers that the reading met; undefined where it may have met others too.
 */
export async function* changesOfUnmet(
  { repository, stored, options }: StageContext,
  service: MergeRequestService,
  read: (told: readonly ToldMergeRequest[]) => Promise<PullRequestFacts[]>,
  seen: ReadonlySet<number> | undefined,
): AsyncGenerator<Change[]> {
  const numbers = options.full === true ? await storedNumbers(stored, repository.id, seen) : await stored.openPullRequests(repository.id);
  for (const group of groupsOf(
    numbers.filter((number) => seen?.has(number) !== true),
    PAGE,
  )) {
    const found = await service.byNumbers(group);
    const there = new Set(found.map(({ iid }) => iid));
    const gone = group.filter((number) => !there.has(number));
    if (gone.length > 0) yield deletionOf(repository.id, gone);
    const facts = await read(found);
    if (facts.length > 0) yield changesOf(facts);
  }
}

/** Numbers that are looked up in the database at once. */
const RANGE = 500;

/** Numbers of all stored merge requests. GitLab counts up from 1, so where none of a range is stored beyond what it has, none follows. */
async function storedNumbers(stored: StageContext['stored'], repoId: string, seen: ReadonlySet<number> | undefined): Promise<number[]> {
  const highest = [...(seen ?? [])].reduce((most, number) => Math.max(most, number), 0);
  const numbers: number[] = [];
  for (let from = 1, more = true; more; from += RANGE) {
    const range = Array.from({ length: RANGE }, (_, index) => from + index);
    const rows = await stored.pullRequests(repoId, range);
    numbers.push(...rows.map(({ number }) => number));
    more = rows.length > 0 || from + RANGE <= highest;
  }
  return numbers;
}
