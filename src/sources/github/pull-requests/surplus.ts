import type { Change } from '../../../stores/store.ts';
import { deletionOf } from '../../hosted/pull-requests/changes.ts';
import type { StageContext } from '../../stage.ts';
import type { PullRequestService } from './service.ts';

/** Numbers that are looked up in the database at once. */
const RANGE = 500;

/** What a reading of all pull requests found. */
interface Found {
  /** How many the repository has. */
  total: number;
  /** The highest number. */
  highest: number;
}

/**
 * Deletes stored pull requests that GitHub no longer has, after all that it has were written: so there are some just where
 * more are stored than it has, and only then GitHub is asked which.
 */
export async function* changesOfSurplus({ repository, stored }: StageContext, service: PullRequestService, found: Found): AsyncGenerator<Change[]> {
  const numbers: number[] = [];
  for (let from = 1, more = true; more; from += RANGE) {
    const rows = await stored.pullRequests(
      repository.id,
      Array.from({ length: RANGE }, (_, index) => from + index),
    );
    numbers.push(...rows.map(({ number }) => number));
    // One that's gone may have had a higher number than all that are left.
    more = rows.length > 0 || from + RANGE <= found.highest;
  }
  if (numbers.length <= found.total) return;
  const standings = await service.standings(numbers);
  yield deletionOf(
    repository.id,
    numbers.filter((number) => !standings.has(number)),
  );
}
