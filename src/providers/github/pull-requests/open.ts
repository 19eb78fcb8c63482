import { groupsOf } from '../../../model/groups.ts';
import type { Change } from '../../../stores/store.ts';
import { changesOf, deletionOf } from '../../hosted/pull-requests/changes.ts';
import { gather } from '../../hosted/pull-requests/gather.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import { isSame } from '../../hosted/pull-requests/status.ts';
import type { StageContext } from '../../stage.ts';
import { readStoredPullRequests } from '../../stored-pull-requests.ts';
import { factsIn, PAGE, type PullRequestService, type Standings } from './service.ts';

/** The open pull requests that are stored, and what they are now. */
interface OpenOnes {
  open: readonly number[];
  standings: Standings;
  /** Those changed from then on are read anyway. */
  boundary: Date | null;
}

/**
 * Deletes stored open pull requests that are gone, and reads those that aren't what is stored although they were last
 * changed before the boundary.
 */
export async function* changesOfOpen(
  { repository, stored }: StageContext,
  service: PullRequestService,
  failures: ItemFailures,
  ones: OpenOnes,
): AsyncGenerator<Change[]> {
  const { open, standings, boundary } = ones;
  const gone = open.filter((number) => !standings.has(number));
  if (gone.length > 0) yield deletionOf(repository.id, gone);
  const older = [...standings].flatMap(([number, standing]) => {
    const updatedAt = standing?.updatedAt ?? null;
    return boundary !== null && updatedAt !== null && updatedAt < boundary ? [number] : [];
  });
  for (const group of groupsOf(older, PAGE)) {
    const rows = await readStoredPullRequests(stored, repository.id, group);
    const differing = rows.filter((row) => !isSame(row, standings.get(row.number) ?? undefined)).map(({ number }) => number);
    if (differing.length === 0) continue;
    const { read, error } = await gather(service.read(differing, failures));
    if (read.length > 0) yield changesOf(factsIn(read));
    if (error !== undefined) throw error;
  }
}
