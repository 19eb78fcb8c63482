import { isProjectMember } from '../access.ts';
import { projectPath } from '../world.ts';
import { type Handler, mergeRequestOf, type RestContext } from './context.ts';
import { commitShapes, diffShapes, hashesBetween } from './git-facts.ts';
import { ordered } from './order.ts';
import { page } from './paging.ts';
import { approvalStateShape, approvalsShape, fullMergeRequestShape, noteShape } from './shapes-merge-requests.ts';

function diffOf(context: RestContext): Record<string, unknown>[] {
  const { project, request } = mergeRequestOf(context);
  return request.diff ? diffShapes(project, request.diff.base, request.diff.head) : [];
}

const ONE = '/projects/:id/merge_requests/:merge_request_iid';

export const MERGE_REQUEST_ROUTES = {
  [`GET ${ONE}` as const]: (context) => {
    const { project, request } = mergeRequestOf(context);
    return { status: 200, body: fullMergeRequestShape(context, project, request) };
  },

  [`GET ${ONE}/approvals` as const]: (context) => {
    const { project, request } = mergeRequestOf(context);
    return { status: 200, body: approvalsShape(context, project, request) };
  },

  [`GET ${ONE}/approval_state` as const]: (context) => ({ status: 200, body: approvalStateShape(context, mergeRequestOf(context).request) }),

  // Newest first unless told; internal ones for members.
  [`GET ${ONE}/notes` as const]: (context) => {
    const { query, world, caller } = context;
    const { project, request } = mergeRequestOf(context);
    const filter = query.get('activity_filter') ?? 'all_notes';
    const notes = request.notes
      .filter(({ internal }) => !internal || isProjectMember(world, caller, project))
      .filter(({ system }) => filter === 'all_notes' || system === (filter === 'only_activity'));
    return page(
      context,
      ordered(notes, ({ createdAt }) => createdAt, query.get('sort') ?? 'desc'),
      (note) => noteShape(context, project, request, note),
    );
  },

  [`GET ${ONE}/diffs` as const]: (context) => page(context, diffOf(context), (file) => file),

  [`GET ${ONE}/changes` as const]: (context) => {
    const { project, request } = mergeRequestOf(context);
    return { status: 200, body: { ...fullMergeRequestShape(context, project, request), changes: diffOf(context), overflow: false } };
  },

  [`GET ${ONE}/commits` as const]: (context) => {
    const { world, urls } = context;
    const { project, request } = mergeRequestOf(context);
    const hashes = request.diff ? hashesBetween(project, request.diff.base, request.diff.head) : [];
    return page(context, commitShapes(project, hashes, `${urls.web}/${projectPath(world, project)}`), (commit) => commit);
  },
} satisfies Record<string, Handler>;
