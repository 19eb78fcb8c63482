import type { Change } from '../../../stores/store.ts';
import { changesOf, deletePullRequests } from '../../hosted/pull-requests/changes.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import type { StageContext } from '../../stage.ts';
import type { FactsReader } from './facts.ts';
import type { MergeRequestService } from './service.ts';

/** Tries the merge requests again that couldn't be read before, and deletes those that are gone since. */
export async function* changesOfFailed(
  { repository }: StageContext,
  service: MergeRequestService,
  facts: FactsReader,
  failures: ItemFailures,
): AsyncGenerator<Change[]> {
  for (const number of failures.due) {
    // Each alone: one that GitLab can't even list would take the others with it.
    const found = await failures.attempt(number, () => service.byNumbers([number]));
    if (found === undefined) {
      // So that what it has failed with is kept.
      yield [];
    } else if (found.length === 0) {
      failures.settle(number);
      yield deletePullRequests(repository.id, [number]);
    } else {
      for await (const part of facts.read(found, true)) yield changesOf(part.facts);
    }
  }
}
