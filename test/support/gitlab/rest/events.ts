import { canReadMergeRequests } from '../access.ts';
import { type MergeRequest, type Project, shownTime, type Time } from '../world.ts';
import type { RestContext } from './context.ts';
import { userShape } from './shapes.ts';
import { userNotes } from './shapes-merge-requests.ts';

interface Happening {
  action: string;
  type: string;
  at: Time;
  authorId: number | null;
  request: MergeRequest;
}

function happenings(request: MergeRequest): Happening[] {
  const one = (action: string, at: Time | null, authorId: number | null, type = 'MergeRequest'): Happening[] =>
    at ? [{ action, type, at, authorId, request }] : [];
  return [
    ...one('opened', request.createdAt, request.authorId),
    ...one('accepted', request.mergedAt, request.mergedById),
    ...one('closed', request.closedAt, request.closedById),
    ...request.approvals.flatMap(({ userId, approvedAt }) => one('approved', approvedAt, userId)),
    ...userNotes(request).flatMap(({ createdAt, authorId }) => one('commented on', createdAt, authorId, 'Note')),
  ];
}

/** The names that queries have for actions. */
const ASKED: Record<string, string> = { created: 'opened', merged: 'accepted', commented: 'commented on' };

/** What happened to a project's merge requests; `before` and `after` are days, neither of them included. @see https://docs.gitlab.com/api/events/ */
export function eventsOf(context: RestContext, project: Project): unknown[] {
  const { world, caller, query } = context;
  if (!canReadMergeRequests(world, caller, project)) return [];
  const [asked, target, after, before] = ['action', 'target_type', 'after', 'before'].map((name) => query.get(name));
  const action = asked && (ASKED[asked] ?? asked);
  const chosen = project.mergeRequests
    .flatMap(happenings)
    .filter((event) => !action || event.action === action)
    .filter(({ type }) => !target || type.toLowerCase() === target.replace('_', ''))
    .filter(({ at }) => (!after || at.slice(0, 10) > after) && (!before || at < before))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return (query.get('sort') === 'asc' ? chosen : chosen.reverse()).map(({ action: name, type, at, authorId, request }, index) => ({
    id: project.id * 100_000 + index,
    project_id: project.id,
    action_name: name,
    target_id: request.id,
    target_iid: request.iid,
    target_type: type,
    author_id: authorId,
    target_title: request.title,
    created_at: shownTime(at),
    author: userShape(context, authorId),
    author_username: userShape(context, authorId)?.['username'] ?? null,
  }));
}
