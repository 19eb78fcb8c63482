import { groupsOf } from '../../../model/groups.ts';
import type { Change } from '../../../stores/store.ts';
import { changesOf, deletePullRequests } from '../../hosted/pull-requests/changes.ts';
import type { StageContext } from '../../stage.ts';
import { readStoredNumbers } from '../../stored-pull-requests.ts';
import { PAGE } from '../paging.ts';
import type { FactsReader } from './facts.ts';
import type { MergeRequestService } from './service.ts';

/**
 * Asks for stored merge requests that a reading didn't meet, by number: the open ones, or all. Reads those that
 * aren't what is stored, and deletes those that are gone.
 * @param facts Joins merge requests with the rest; leaves out those that are stored as they are.
 * @param seen Numbers that the reading met; undefined if it may have met others too.
 * @param everything Whether closed and merged ones are asked for, too.
 */
export async function* reconcileUnseen(
  { repository, stored }: StageContext,
  service: MergeRequestService,
  facts: FactsReader,
  seen: ReadonlySet<number> | undefined,
  everything: boolean,
): AsyncGenerator<Change[]> {
  const numbers = await readStoredNumbers(stored, repository.id, everything ? undefined : 'open');
  for (const group of groupsOf(
    numbers.filter((number) => seen?.has(number) !== true),
    PAGE,
  )) {
    const found = await service.byNumbers(group);
    const there = new Set(found.map(({ iid }) => iid));
    const gone = group.filter((number) => !there.has(number));
    if (gone.length > 0) yield deletePullRequests(repository.id, gone);
    for await (const part of facts.read(found, false)) if (part.facts.length > 0) yield changesOf(part.facts);
  }
}
