import { undefinedIfRefused } from '../../../http/refused.ts';
import type { RepositoryService } from '../../hosted/listing.ts';
import type { GitLab } from '../api.ts';
import { PAGE } from '../paging.ts';
import { type ApiProject, type FoundProject, toFoundProject } from './project.ts';

const ORDER = { orderBy: 'id', sort: 'asc', perPage: PAGE, maxPages: 1, showExpanded: true } as const;

/**
 * Projects of a group and its subgroups. Pages of these are counted, so after each the last project of the one before
 * is asked for by its place: where projects before it went, it's another one.
 * @see https://docs.gitlab.com/api/groups/#list-projects
 */
export function groupListing(gitlab: GitLab, includeShared: boolean): RepositoryService<FoundProject> {
  return {
    api: 'group',
    orderedBy: 'id',
    async page(owner, place = '1', signal) {
      const number = Number(place);
      const list = async (page: number, perPage: number) => {
        const options = { ...ORDER, includeSubgroups: true, withShared: includeShared, page, perPage };
        const answer = await gitlab.rest(signal).groups.allProjects(owner, options);
        return { rows: answer.data as unknown as ApiProject[], next: answer.paginationInfo.next };
      };
      const page = await undefinedIfRefused(list(number, PAGE), [404]);
      if (page === undefined) return undefined;
      // Asked before the page it would vouch for a page from which the first ones have slipped away since.
      const before = number === 1 ? [] : (await list((number - 1) * PAGE, 1)).rows;
      const more = page.next !== null || page.rows.length === PAGE;
      return { found: [...before, ...page.rows].map(toFoundProject), ...(more ? { next: String(number + 1) } : {}) };
    },
  };
}

/**
 * Projects in a user's own namespace, found by the id of the one before.
 * @see https://docs.gitlab.com/api/projects/#list-a-users-projects
 * @see https://docs.gitlab.com/api/rest/#keyset-based-pagination
 */
export function userListing(gitlab: GitLab): RepositoryService<FoundProject> {
  return {
    api: 'user',
    orderedBy: 'id',
    exact: true,
    async page(owner, place, signal) {
      const options = { ...ORDER, pagination: 'keyset' as const, ...(place === undefined ? {} : { idAfter: Number(place) }) };
      const answer = await undefinedIfRefused(gitlab.rest(signal).users.allProjects(owner, options), [404]);
      if (answer === undefined) return undefined;
      const rows = answer.data as unknown as ApiProject[];
      const last = rows.at(-1);
      return { found: rows.map(toFoundProject), ...(last !== undefined && rows.length === PAGE ? { next: String(last.id) } : {}) };
    },
  };
}
