import { undefinedIfRefused } from '../../../http/refused.ts';
import { InvalidInput } from '../../../model/errors.ts';
import type { OrgSyncInput } from '../../../model/input.ts';
import type { ListedRepository, RepositoryPage } from '../../../model/repository.ts';
import { type ListingCursor, listPage, wantedOf } from '../../hosted/listing.ts';
import type { GitLab } from '../api.ts';
import { type ApiProject, type FoundProject, toFoundProject, toListedProject } from './project.ts';
import { groupListing, userListing } from './services.ts';

/**
 * Lists one page of the projects of a group with its subgroups, of a user, or a single project. Which of these an owner
 * is shows in the answers: a group is tried first, then a user (whose name has no slash) or a project (whose name has one).
 * @param after `next` of the page before.
 * @throws InvalidInput if there is no such owner, or if it's a number or not a valid path.
 * @throws What calls of {@link GitLab} throw.
 */
export async function listProjects(gitlab: GitLab, input: OrgSyncInput, after: string | undefined, signal: AbortSignal): Promise<RepositoryPage> {
  const owner = input.owner ?? '';
  // Removed and moved projects are told by the owner's path; and a group of such a name would be mistaken for another one.
  if (/^\d+$/.test(owner))
    throw new InvalidInput([`owner: '${owner}' is a number, which GitLab takes for an id: write the full path of a group, user or project`]);
  // As part of an address they lead to the lists above: to all projects of the instance.
  if (/(^|\/)\.\.?(\/|$)/.test(owner)) throw new InvalidInput([`owner: '${owner}' can't be the path of a group, user or project`]);
  const reached = after === undefined ? undefined : (JSON.parse(after) as ListingCursor);
  const now = Date.now();
  const listed = (found: FoundProject) => toListedProject(gitlab, found, now);
  const group = groupListing(gitlab, input.includeShared === true);
  const services =
    reached === undefined ? [group, ...(owner.includes('/') ? [] : [userListing(gitlab)])] : [reached.api === 'user' ? userListing(gitlab) : group];
  for (const service of services) {
    const page = await listPage(service, listed, gitlab.host, input, reached, signal);
    if (page !== undefined) return page;
  }
  const project = owner.includes('/') ? await undefinedIfRefused(gitlab.rest(signal).projects.show(owner), [404]) : undefined;
  if (project !== undefined) return wantedOf([toFoundProject(project as unknown as ApiProject)], listed, input);
  throw new InvalidInput([`owner: there is no group, user or project '${owner}' at ${gitlab.url} that the token can see`]);
}

/**
 * Reads what a listing says about one project.
 * @param project GitLab's id, or the full path.
 * @returns undefined if the token can see no such project.
 */
export async function lookUpProject(gitlab: GitLab, project: string, signal: AbortSignal): Promise<ListedRepository | undefined> {
  const api = await undefinedIfRefused(gitlab.rest(signal).projects.show(project), [404]);
  return api === undefined ? undefined : toListedProject(gitlab, toFoundProject(api as unknown as ApiProject), Date.now());
}
