import { groupsOf } from '../../../model/groups.ts';
import type { Change } from '../../../stores/store.ts';
import { changesOf, deletePullRequests } from '../../hosted/pull-requests/changes.ts';
import { gather } from '../../hosted/pull-requests/gather.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import { isSameStatus } from '../../hosted/pull-requests/status.ts';
import type { StageContext } from '../../stage.ts';
import { readStoredPullRequests } from '../../stored-pull-requests.ts';
import { factsIn, PAGE, type PullRequestService, type PullRequestStatuses } from './service.ts';

/** The open pull requests that are stored, and what they are now. */
interface OpenOnes {
  open: readonly number[];
  statuses: PullRequestStatuses;
  /** Those changed from then on are read anyway. */
  boundary: Date | null;
}

/**
 * Deletes stored open pull requests that are gone, and reads those whose status differs from the stored one although
 * they last changed before the boundary.
 */
export async function* reconcileOpen(
  { repository, stored }: StageContext,
  service: PullRequestService,
  failures: ItemFailures,
  ones: OpenOnes,
): AsyncGenerator<Change[]> {
  const { open, statuses, boundary } = ones;
  const gone = open.filter((number) => !statuses.has(number));
  if (gone.length > 0) yield deletePullRequests(repository.id, gone);
  const older = [...statuses].flatMap(([number, status]) => {
    const updatedAt = status?.updatedAt ?? null;
    return boundary !== null && updatedAt !== null && updatedAt < boundary ? [number] : [];
  });
  for (const group of groupsOf(older, PAGE)) {
    const rows = await readStoredPullRequests(stored, repository.id, group);
    const differing = rows.filter((row) => !isSameStatus(row, statuses.get(row.number) ?? undefined)).map(({ number }) => number);
    if (differing.length === 0) continue;
    const { read, error } = await gather(service.read(differing, failures));
    if (read.length > 0) yield changesOf(factsIn(read));
    if (error !== undefined) throw error;
  }
}
