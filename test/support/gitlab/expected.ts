import { parseRemote, repositoryId } from '../../../src/providers/identity.ts';
import type { ReviewRecord } from '../../../src/schema/git-pull-request-reviews.ts';
import type { PullRequestRecord } from '../../../src/schema/git-pull-requests.ts';
import { type Caller, callerOf, canReadCode, canReadMergeRequests, canSeeProject } from './access.ts';
import { type DiffTotals, diffTotals } from './rest/git-facts.ts';
import { userNotes } from './rest/shapes-merge-requests.ts';
import { findGroup, type MergeRequest, type Project, projectPath, shownTime, type Time, userOf, type World, withDescendants } from './world.ts';

export interface Selection {
  /** Value of the token that syncs; it decides about what isn't public. */
  token: string;
  /** Path or number of a group, whose subgroups are taken too; user name; path or number of a project. */
  group?: string;
  user?: string;
  project?: string;
  /** Projects that are shared with the group, too. */
  withShared?: boolean;
}

export interface ExpectedOptions extends Selection {
  /** {@link GitLab.url}. */
  url: string;
}

function callerOfToken(world: World, token: string): Caller {
  const caller = callerOf(world, token);
  if (typeof caller === 'string') throw new Error(`not a token of this world: ${caller}`);
  return caller;
}

/** The projects that a token sees, archived ones, forks and those without a readable repository too, in order of their ids. */
export function visibleProjects(world: World, { token, group, user, project: path, withShared = false }: Selection): Project[] {
  const caller = callerOfToken(world, token);
  const top = group === undefined ? undefined : findGroup(world, group);
  const groups = new Set(top ? withDescendants(world, top).map(({ id }) => id) : []);
  const chosen = ({ id, namespace, sharedWith }: Project, fullPath: string): boolean => {
    if (path !== undefined) return path === String(id) || path === fullPath;
    if (user !== undefined) return namespace.kind === 'user' && userOf(world, namespace.id).username === user;
    return (namespace.kind === 'group' && groups.has(namespace.id)) || (withShared && sharedWith.some((one) => groups.has(one)));
  };
  return world.projects
    .filter((project) => chosen(project, projectPath(world, project)) && canSeeProject(world, caller, project))
    .toSorted((a, b) => a.id - b.id);
}

/** Those of the visible ones whose code can be cloned; empty ones too. */
export const readableProjects = (world: World, selection: Selection): Project[] =>
  visibleProjects(world, selection).filter((project) => canReadCode(world, callerOfToken(world, selection.token), project));

/**
 * The rows that a sync should leave behind, made from the world and its repositories and nothing else; in order of the
 * projects' ids, of numbers, and of the approvers' ids.
 */
export function expectedGitLabRows(world: World, { url, ...selection }: ExpectedOptions): { mergeRequests: PullRequestRecord[]; approvals: ReviewRecord[] } {
  const caller = callerOfToken(world, selection.token);
  const all = visibleProjects(world, selection)
    .filter((project) => canReadMergeRequests(world, caller, project))
    .flatMap((project) => {
      const web = `${url}/${projectPath(world, project)}`;
      const remote = parseRemote(`${web}.git`);
      if (!remote) throw new Error(`no remote: ${web}`);
      const pairs = project.mergeRequests.flatMap(({ diff }) => diff ?? []);
      const totals = diffTotals(project.folder, pairs);
      const requests = project.mergeRequests.toSorted((a, b) => a.iid - b.iid);
      return requests.map((request) => ({
        request,
        web,
        repoId: repositoryId(remote),
        totals: request.diff && totals.get(`${request.diff.base}..${request.diff.head}`),
      }));
    });
  return {
    mergeRequests: all.map(({ request, web, repoId, totals }) => expectedMergeRequest(world, request, { web, repoId, totals: totals ?? null })),
    approvals: all.flatMap(({ request, repoId }) => expectedApprovals(world, request, repoId)),
  };
}

const dateOf = (time: Time | null | undefined): Date | null => (time ? new Date(shownTime(time)) : null);

/** A locked one is being merged, and open until it is. */
function expectedMergeRequest(
  world: World,
  request: MergeRequest,
  { web, repoId, totals }: { web: string; repoId: string; totals: DiffTotals | null },
): PullRequestRecord {
  const comments = userNotes(request);
  const approvals = expectedApprovals(world, request, repoId);
  const first = (times: readonly Time[]): Time | undefined => times.toSorted()[0];
  return {
    repoId,
    number: request.iid,
    title: request.title,
    body: request.description,
    state: request.state === 'merged' || request.state === 'closed' ? request.state : 'open',
    isDraft: request.draft,
    authorName: request.authorId === null ? null : userOf(world, request.authorId).username,
    authorEmail: null,
    createdAt: dateOf(request.createdAt),
    updatedAt: dateOf(request.updatedAt),
    mergedAt: dateOf(request.mergedAt),
    closedAt: dateOf(request.closedAt),
    mergeCommitHash: request.mergeCommit ?? request.squashCommit,
    headBranch: request.sourceBranch,
    baseBranch: request.targetBranch,
    additions: totals?.additions ?? null,
    deletions: totals?.deletions ?? null,
    changedFiles: totals?.changedFiles ?? null,
    firstReviewAt: world.tellsApprovedAt ? dateOf(first(request.approvals.map(({ approvedAt }) => approvedAt))) : null,
    firstCommentAt: dateOf(first(comments.map(({ createdAt }) => createdAt))),
    changesRequestedCount: 0,
    reviewsCount: approvals.length,
    commentsCount: comments.length,
    url: `${web}/-/merge_requests/${request.iid}`,
  };
}

function expectedApprovals(world: World, { iid, approvals }: MergeRequest, repoId: string): ReviewRecord[] {
  return approvals
    .toSorted((a, b) => a.userId - b.userId)
    .map(({ userId, approvedAt }) => ({
      repoId,
      number: iid,
      reviewId: String(userId),
      reviewer: userOf(world, userId).username,
      state: 'approved' as const,
      submittedAt: world.tellsApprovedAt ? dateOf(approvedAt) : null,
    }));
}
