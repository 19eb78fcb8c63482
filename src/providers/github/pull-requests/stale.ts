import type { Change } from '../../../stores/store.ts';
import { deletePullRequests } from '../../hosted/pull-requests/changes.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import type { StageContext } from '../../stage.ts';
import { readStoredNumbers } from '../../stored-pull-requests.ts';
import type { PullRequestService } from './service.ts';

/**
 * Deletes stored pull requests that GitHub no longer has. It runs after all existing ones were written, so GitHub is asked
 * only if more are stored than exist.
 * @param total How many the repository has.
 */
export async function* deleteStalePullRequests(
  { repository, stored }: StageContext,
  service: PullRequestService,
  failures: ItemFailures,
  total: number,
): AsyncGenerator<Change[]> {
  const numbers = await readStoredNumbers(stored, repository.id);
  if (numbers.length <= total) return;
  const statuses = await service.statuses(numbers, failures);
  yield deletePullRequests(
    repository.id,
    numbers.filter((number) => !statuses.has(number)),
  );
}
