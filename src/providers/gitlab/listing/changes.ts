import { nullIfTooLarge, undefinedIfRefused } from '../../../http/refused.ts';
import { boundaryAfter } from '../../hosted/boundary.ts';
import type { PullRequestChanges } from '../../source.ts';
import type { GitLab } from '../api.ts';
import { PAGE } from '../paging.ts';

/** Maximum pages of changes: beyond that, asking for each project costs little more. */
const MAX_PAGES = 10;

/** Before any merge request. */
const NEVER = new Date(0).toISOString();

/**
 * Which projects of a group and its subgroups have merge requests that changed since a time: one request where few have.
 * @param since Changes at this very time count; null to learn just up to when all that is there had changed.
 * @returns undefined if the owner is no group.
 * @see https://docs.gitlab.com/api/merge_requests/#list-group-merge-requests
 */
export async function changedProjects(gitlab: GitLab, groupId: string, since: string | null, signal: AbortSignal): Promise<PullRequestChanges | undefined> {
  const begun = new Date().toISOString();
  const { mergeRequests } = gitlab.rest(signal);
  const list = async (more: { sort: 'asc' | 'desc'; perPage: number; updatedAfter?: string }) => {
    // Excludes archived projects unless told otherwise.
    const options = { groupId, scope: 'all', orderBy: 'updated_at', nonArchived: false, page: 1, maxPages: 1, showExpanded: true, ...more } as const;
    return undefinedIfRefused(mergeRequests.all(options), [404]);
  };
  if (since === null) {
    const page = await list({ sort: 'desc', perPage: 1 });
    return page && { since, asOf: boundaryAfter(page.data[0]?.updated_at ?? null, begun) ?? NEVER, changed: null };
  }
  const changed = new Set<string>();
  for (let pages = 0, after = since; pages < MAX_PAGES; pages++) {
    // Descriptions may be long, and no list comes without them.
    const page = await nullIfTooLarge(list({ sort: 'asc', perPage: PAGE, updatedAfter: after }));
    if (page === undefined) return undefined;
    if (page === null) break;
    for (const { project_id } of page.data) changed.add(String(project_id));
    const newest = page.data.at(-1)?.updated_at ?? null;
    if (page.paginationInfo.next === null && page.data.length < PAGE) {
      const asOf = boundaryAfter(newest ?? (pages > 0 ? after : null), begun) ?? since;
      return { since, asOf: asOf > since ? asOf : since, changed: [...changed] };
    }
    // A page on which all times are equal leads no further.
    if (newest === null || newest === after) break;
    after = newest;
  }
  const front = await list({ sort: 'desc', perPage: 1 });
  return front && { since, asOf: boundaryAfter(front.data[0]?.updated_at ?? null, begun) ?? since, changed: null };
}
