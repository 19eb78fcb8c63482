import type { MergeRequest, Note, Project } from '../world.ts';
import { projectPath, shownTime } from '../world.ts';
import type { RestContext } from './context.ts';
import { diffTotals } from './git-facts.ts';
import { userShape } from './shapes.ts';

type Json = Record<string, unknown>;

const shown = (time: string | null) => time && shownTime(time);

/** How many comments there are; what GitLab wrote itself is none. */
export const userNotes = ({ notes }: MergeRequest): Note[] => notes.filter(({ system }) => !system);

/** What GitLab tells of a merge request wherever it tells of one; an issue has the same. */
const issuableShape = (project: Project, request: MergeRequest): Json => ({
  id: request.id,
  iid: request.iid,
  project_id: project.id,
  title: request.title,
  description: request.description,
  state: request.state,
  created_at: shownTime(request.createdAt),
  updated_at: shownTime(request.updatedAt),
});

/** As in lists. What `diff_refs` and `changes_count` tell only one that is asked for by its number has. */
export function mergeRequestShape(context: RestContext, project: Project, request: MergeRequest): Json {
  const { world, urls, params } = context;
  const path = projectPath(world, project);
  const merger = userShape(context, request.mergedById);
  const short = `!${request.iid}`;
  const opened = request.state === 'opened';
  return {
    ...issuableShape(project, request),
    merged_by: merger,
    merge_user: merger,
    merged_at: shown(request.mergedAt),
    closed_by: userShape(context, request.closedById),
    closed_at: shown(request.closedAt),
    target_branch: request.targetBranch,
    source_branch: request.sourceBranch,
    user_notes_count: userNotes(request).length,
    upvotes: 0,
    downvotes: 0,
    author: userShape(context, request.authorId),
    assignees: [],
    assignee: null,
    reviewers: [],
    source_project_id: request.sourceProjectId,
    target_project_id: project.id,
    labels: [],
    draft: request.draft,
    imported: false,
    imported_from: 'none',
    work_in_progress: request.draft,
    milestone: null,
    merge_when_pipeline_succeeds: false,
    merge_status: opened ? 'unchecked' : 'can_be_merged',
    detailed_merge_status: request.draft ? 'draft_status' : opened ? 'unchecked' : 'not_open',
    merge_after: null,
    sha: request.diff?.head ?? null,
    merge_commit_sha: request.mergeCommit,
    squash_commit_sha: request.squashCommit,
    discussion_locked: null,
    should_remove_source_branch: null,
    force_remove_source_branch: true,
    prepared_at: shownTime(request.createdAt),
    reference: short,
    references: { short, relative: params['merge_request_iid'] ? short : `${path}${short}`, full: `${path}${short}` },
    web_url: `${urls.web}/${path}/-/merge_requests/${request.iid}`,
    time_stats: { time_estimate: 0, total_time_spent: 0, human_time_estimate: null, human_total_time_spent: null },
    squash: request.squash,
    squash_on_merge: request.squash,
    task_completion_status: { count: 0, completed_count: 0 },
    has_conflicts: false,
    blocking_discussions_resolved: true,
    approvals_before_merge: null,
  };
}

/** As it is when asked for by its number. */
export function fullMergeRequestShape(context: RestContext, project: Project, request: MergeRequest): Json {
  const { diff } = request;
  const files = diff && diffTotals(project.folder, [diff]).get(`${diff.base}..${diff.head}`)?.changedFiles;
  return {
    ...mergeRequestShape(context, project, request),
    subscribed: false,
    changes_count: diff && String(files),
    latest_build_started_at: null,
    latest_build_finished_at: null,
    first_deployed_to_production_at: null,
    pipeline: null,
    head_pipeline: null,
    diff_refs: diff && { base_sha: diff.base, head_sha: diff.head, start_sha: diff.start },
    merge_error: null,
    first_contribution: false,
    user: { can_merge: false },
  };
}

/** @see https://docs.gitlab.com/api/merge_request_approvals/#retrieve-approval-state-of-a-merge-request */
export function approvalsShape(context: RestContext, project: Project, request: MergeRequest): Json {
  const { world, caller } = context;
  const approvedBy = request.approvals.map(({ userId, approvedAt }) => ({
    user: userShape(context, userId),
    ...(world.tellsApprovedAt && { approved_at: shownTime(approvedAt) }),
  }));
  const own = caller.type === 'token' ? caller.user?.id : undefined;
  return {
    ...issuableShape(project, request),
    merge_status: 'can_be_merged',
    approved: true,
    approvals_required: 0,
    approvals_left: 0,
    require_password_to_approve: false,
    approved_by: approvedBy,
    suggested_approvers: [],
    approvers: [],
    approver_groups: [],
    user_has_approved: request.approvals.some(({ userId }) => userId === own),
    user_can_approve: false,
    approval_rules_left: [],
    has_approval_rules: false,
    merge_request_approvers_available: false,
    multiple_approval_rules_available: false,
    invalid_approvers_rules: [],
  };
}

/** With the rule that asks for nobody in particular. */
export function approvalStateShape(context: RestContext, request: MergeRequest): Json {
  const users = request.approvals.map(({ userId }) => userShape(context, userId));
  const rule = { id: request.id, name: 'All Members', rule_type: 'any_approver', eligible_approvers: [], approvals_required: 0, users: [], groups: [] };
  return { approval_rules_overwritten: false, rules: [{ ...rule, contains_hidden_groups: false, overridden: false, approved_by: users, approved: true }] };
}

export function noteShape(context: RestContext, project: Project, request: MergeRequest, note: Note): Json {
  return {
    id: note.id,
    type: note.type,
    body: note.body,
    author: userShape(context, note.authorId),
    created_at: shownTime(note.createdAt),
    updated_at: shownTime(note.createdAt),
    system: note.system,
    noteable_id: request.id,
    noteable_type: 'MergeRequest',
    project_id: project.id,
    resolvable: note.type !== null,
    ...(note.type !== null && { resolved: false, resolved_by: null, resolved_at: null }),
    confidential: note.internal,
    internal: note.internal,
    imported: false,
    imported_from: 'none',
    noteable_iid: request.iid,
    commands_changes: {},
  };
}
